//! Changes of files, as a client makes them.

use std::collections::BTreeMap;

use lsp_types::{
    DocumentChanges, OneOf, OptionalVersionedTextDocumentIdentifier, TextDocumentEdit, TextEdit, WorkspaceEdit,
};

use super::convert::Translator;
use crate::diagnostic::Edit;
use crate::source::FileId;

/// The edits by file; an open file's with the version that they are for, so that a client refuses them when it is past.
pub(super) fn workspace_edit(translator: Translator<'_>, edits: &[Edit]) -> WorkspaceEdit {
    let mut files: BTreeMap<FileId, Vec<TextEdit>> = BTreeMap::new();
    for edit in edits {
        let new = TextEdit { range: translator.range(edit.span), new_text: edit.text.clone() };
        files.entry(edit.span.file).or_default().push(new);
    }
    let changes = files.into_iter().filter_map(|(file, edits)| {
        let source = translator.analysis.source(file);
        let version = translator.overlay.open.get(&source.path).map(|open| open.version);
        Some(TextDocumentEdit {
            text_document: OptionalVersionedTextDocumentIdentifier { uri: translator.uri(source)?, version },
            edits: edits.into_iter().map(OneOf::Left).collect(),
        })
    });
    WorkspaceEdit { document_changes: Some(DocumentChanges::Edits(changes.collect())), ..WorkspaceEdit::default() }
}
