//! Answers of `ide` in the protocol's types.

use lsp_types::{
    CodeLens, Command, CompletionItem, CompletionItemKind, CompletionTextEdit, Diagnostic as Underline,
    DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, DocumentSymbol, Documentation, Location,
    MarkupContent, MarkupKind, NumberOrString, Range, SymbolKind, TextEdit, Uri,
};
use serde_json::json;

use super::address::uri_of;
use super::capabilities::Agreed;
use super::overlay::Overlay;
use crate::diagnostic::{Diagnostic, Level};
use crate::ide::{Analysis, Item, ItemKind, Lens, Outline, OutlineKind};
use crate::source::{SourceFile, Span};

/// Name of this server beside what it underlines.
const SOURCE: &str = "pt";

/// Everything that a translation needs.
#[derive(Clone, Copy)]
pub(super) struct Translator<'a> {
    pub(super) analysis: &'a Analysis,
    pub(super) overlay: &'a Overlay,
    pub(super) agreed: Agreed,
}

impl Translator<'_> {
    /// The address of a file, as the client spells it where it has it open.
    pub(super) fn uri(&self, source: &SourceFile) -> Option<Uri> {
        let open = self.overlay.open.get(&source.path).map(|open| open.uri.clone());
        open.or_else(|| source.path.is_absolute().then(|| uri_of(&source.path)).flatten())
    }

    pub(super) fn range(&self, span: Span) -> Range {
        self.agreed.encoding.range(self.analysis.source(span.file), span)
    }

    /// `None` for a place that is in no file, such as an argument of a command line.
    pub(super) fn location(&self, span: Span) -> Option<Location> {
        Some(Location { uri: self.uri(self.analysis.source(span.file))?, range: self.range(span) })
    }

    pub(super) fn underline(&self, finding: &Diagnostic) -> Underline {
        let severity = match finding.level {
            Level::Error => DiagnosticSeverity::ERROR,
            Level::Warning => DiagnosticSeverity::WARNING,
            // What a terminal shows only when asked is no more than a hint.
            Level::Info => DiagnosticSeverity::HINT,
        };
        let mut message = finding.message.clone();
        for (word, text) in [("", Some(&finding.primary.text)), ("help: ", finding.help.as_ref())] {
            if let Some(text) = text.filter(|text| !text.is_empty()) {
                message.push('\n');
                message.push_str(word);
                message.push_str(text);
            }
        }
        let is_unused = finding.rule.tags.contains(&"unused");
        let related = self.agreed.related.then(|| self.related(finding)).filter(|related| !related.is_empty());
        Underline {
            range: self.range(finding.primary.span),
            severity: Some(severity),
            code: Some(NumberOrString::String(finding.rule.name.to_owned())),
            source: Some(SOURCE.to_owned()),
            message,
            related_information: related,
            tags: is_unused.then(|| vec![DiagnosticTag::UNNECESSARY]),
            data: Some(json!({ "code": finding.rule.code, "explain": format!("pt explain {}", finding.rule.name) })),
            ..Underline::default()
        }
    }

    fn related(&self, finding: &Diagnostic) -> Vec<DiagnosticRelatedInformation> {
        let labels = finding.secondary.iter().map(|label| (label.span, &label.text));
        let frames = finding.trace.iter().map(|frame| (frame.span, &frame.description));
        let related = labels.chain(frames).filter_map(|(span, text)| {
            Some(DiagnosticRelatedInformation { location: self.location(span)?, message: text.clone() })
        });
        related.collect()
    }

    pub(super) fn symbol(&self, part: &Outline) -> DocumentSymbol {
        #[allow(deprecated, reason = "the field is required by the type")]
        DocumentSymbol {
            name: part.name.clone(),
            detail: part.detail.clone(),
            kind: symbol_kind(part.kind),
            tags: None,
            deprecated: None,
            range: self.range(part.span),
            selection_range: self.range(part.name_span),
            children: Some(part.children.iter().map(|child| self.symbol(child)).collect()),
        }
    }

    pub(super) fn lens(&self, lens: &Lens) -> CodeLens {
        let path = self.analysis.source(lens.span.file).path.to_string_lossy().into_owned();
        let command = Command {
            title: format!("▶ run {}", lens.job),
            command: "pt.run".to_owned(),
            arguments: Some(vec![json!(lens.job), json!(path)]),
        };
        CodeLens { range: self.range(lens.span), command: Some(command), data: None }
    }
}

pub(super) fn symbol_kind(kind: OutlineKind) -> SymbolKind {
    match kind {
        OutlineKind::Module => SymbolKind::MODULE,
        OutlineKind::Template => SymbolKind::CLASS,
        OutlineKind::Tool => SymbolKind::FUNCTION,
        OutlineKind::Param => SymbolKind::VARIABLE,
        OutlineKind::Step => SymbolKind::EVENT,
    }
}

pub(super) fn markdown(text: String) -> MarkupContent {
    MarkupContent { kind: MarkupKind::Markdown, value: text }
}

pub(super) fn completion_item(item: Item, range: Range) -> CompletionItem {
    let (kind, order) = match item.kind {
        ItemKind::Argument => (CompletionItemKind::PROPERTY, 0),
        ItemKind::Choice => (CompletionItemKind::ENUM_MEMBER, 0),
        ItemKind::Param => (CompletionItemKind::VARIABLE, 0),
        ItemKind::Value => (CompletionItemKind::CONSTANT, 0),
        ItemKind::Secret => (CompletionItemKind::VALUE, 0),
        ItemKind::Step => (CompletionItemKind::EVENT, 0),
        ItemKind::Volume | ItemKind::Service => (CompletionItemKind::REFERENCE, 0),
        ItemKind::Module => (CompletionItemKind::MODULE, 0),
        ItemKind::Template => (CompletionItemKind::FUNCTION, 1),
        ItemKind::Blueprint => (CompletionItemKind::CLASS, 2),
    };
    CompletionItem {
        sort_text: Some(format!("{order}{}", item.label)),
        filter_text: Some(item.label.clone()),
        label: item.label,
        kind: Some(kind),
        detail: item.detail,
        documentation: item.docs.map(|docs| Documentation::MarkupContent(markdown(docs))),
        text_edit: Some(CompletionTextEdit::Edit(TextEdit { range, new_text: item.insert })),
        ..CompletionItem::default()
    }
}
