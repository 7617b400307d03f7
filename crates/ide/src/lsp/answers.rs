//! The answer to each request. In: its parameters. Out: JSON, `null` where there is nothing to say.

use std::path::PathBuf;

use lsp_server::{ErrorCode, ResponseError};
use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, CodeLens, CodeLensParams, CompletionList,
    CompletionParams, DocumentLink, DocumentLinkParams, DocumentSymbol, DocumentSymbolParams, GotoDefinitionParams,
    Hover, HoverContents, HoverParams, Location, OneOf, PrepareRenameResponse, ReferenceParams, RenameParams,
    TextDocumentIdentifier, TextDocumentPositionParams, WorkspaceEdit, WorkspaceSymbol, WorkspaceSymbolParams,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use super::address::{path_of, uri_of};
use super::capabilities::fix_all_kind;
use super::convert::{Translator, completion_item, markdown, symbol_kind};
use super::edits::workspace_edit;
use super::server::Server;
use crate::ide::{self, Refusal};
use crate::source::{FileId, Span};

/// What comes of a request.
pub(super) type Answer = Result<Json, ResponseError>;

/// A file that is asked about, and where in it.
struct Asked<'a> {
    translator: Translator<'a>,
    file: FileId,
    offset: usize,
}

/// The answer to a request; `None` for a method that there is not.
pub(super) fn answer(server: &mut Server<'_>, method: &str, params: Json) -> Option<Answer> {
    Some(match method {
        "textDocument/completion" => found(params, |params| completion(server, &params)),
        "textDocument/hover" => found(params, |params| hover(server, &params)),
        "textDocument/definition" => found(params, |params| definition(server, &params)),
        "textDocument/references" => found(params, |params| references(server, &params)),
        "textDocument/prepareRename" => tried(params, |params| prepare_rename(server, &params)),
        "textDocument/rename" => tried(params, |params| rename(server, &params)),
        "textDocument/documentLink" => found(params, |params| links(server, &params)),
        "textDocument/documentSymbol" => found(params, |params| symbols(server, &params)),
        "workspace/symbol" => found(params, |params| workspace_symbols(server, &params)),
        "textDocument/codeLens" => found(params, |params| lenses(server, &params)),
        "textDocument/codeAction" => found(params, |params| code_actions(server, &params)),
        _ => return None,
    })
}

/// The answer of what never fails, only finds nothing.
fn found<P: DeserializeOwned, R: Serialize>(params: Json, work: impl FnOnce(P) -> R) -> Answer {
    tried(params, |params| Ok(work(params)))
}

fn tried<P: DeserializeOwned, R: Serialize>(params: Json, work: impl FnOnce(P) -> Result<R, Refusal>) -> Answer {
    let params =
        serde_json::from_value(params).map_err(|error| failure(ErrorCode::InvalidParams, error.to_string()))?;
    let result = work(params).map_err(|refusal| failure(ErrorCode::RequestFailed, refusal.to_string()))?;
    serde_json::to_value(result).map_err(|error| failure(ErrorCode::InternalError, error.to_string()))
}

fn failure(code: ErrorCode, message: String) -> ResponseError {
    ResponseError { code: code as i32, message, data: None }
}

/// What is known of a file; `None` where it belongs to no project, or its project cannot be read.
fn asked<'a>(server: &'a mut Server<'_>, document: &TextDocumentIdentifier) -> Option<Asked<'a>> {
    let path = path_of(&document.uri)?;
    let translator = server.translator(&path)?;
    let file = translator.analysis.file(&path)?;
    Some(Asked { translator, file, offset: 0 })
}

fn asked_at<'a>(server: &'a mut Server<'_>, at: &TextDocumentPositionParams) -> Option<Asked<'a>> {
    let asked = asked(server, &at.text_document)?;
    let source = asked.translator.analysis.source(asked.file);
    let offset = asked.translator.agreed.encoding.offset(source, at.position);
    Some(Asked { offset, ..asked })
}

fn completion(server: &mut Server<'_>, params: &CompletionParams) -> Option<CompletionList> {
    let path = path_of(&params.text_document_position.text_document.uri)?;
    // Names that were set meanwhile count too.
    server.look_outside(&path);
    let Asked { translator, file, offset } = asked_at(server, &params.text_document_position)?;
    let found = ide::complete(translator.analysis, file, offset);
    let range = translator.range(Span::new(file, found.replace.start, found.replace.end));
    let items = found.items.into_iter().map(|item| completion_item(item, range)).collect();
    Some(CompletionList { is_incomplete: false, items })
}

fn hover(server: &mut Server<'_>, params: &HoverParams) -> Option<Hover> {
    let at = &params.text_document_position_params;
    let path = path_of(&at.text_document.uri)?;
    server.look_outside(&path);
    let Asked { translator, file, offset } = asked_at(server, at)?;
    ide::hover(translator.analysis, file, offset).map(|hover| Hover {
        contents: HoverContents::Markup(markdown(hover.text)),
        range: Some(translator.range(hover.span)),
    })
}

fn definition(server: &mut Server<'_>, params: &GotoDefinitionParams) -> Option<Location> {
    let asked = asked_at(server, &params.text_document_position_params)?;
    let span = ide::definition(asked.translator.analysis, asked.file, asked.offset);
    asked.translator.location(span?)
}

fn references(server: &mut Server<'_>, params: &ReferenceParams) -> Option<Vec<Location>> {
    let asked = asked_at(server, &params.text_document_position)?;
    let with_definition = params.context.include_declaration;
    let spans = ide::references(asked.translator.analysis, asked.file, asked.offset, with_definition);
    Some(spans.into_iter().filter_map(|span| asked.translator.location(span)).collect())
}

fn prepare_rename(
    server: &mut Server<'_>,
    params: &TextDocumentPositionParams,
) -> Result<Option<PrepareRenameResponse>, Refusal> {
    let Some(asked) = asked_at(server, params) else { return Ok(None) };
    let span = ide::prepare_rename(asked.translator.analysis, asked.file, asked.offset)?;
    let placeholder = asked.translator.analysis.compilation.sources.text(span).to_owned();
    Ok(Some(PrepareRenameResponse::RangeWithPlaceholder { range: asked.translator.range(span), placeholder }))
}

fn rename(server: &mut Server<'_>, params: &RenameParams) -> Result<Option<WorkspaceEdit>, Refusal> {
    let Some(asked) = asked_at(server, &params.text_document_position) else { return Ok(None) };
    let edits = ide::rename(asked.translator.analysis, asked.file, asked.offset, &params.new_name)?;
    Ok(Some(workspace_edit(asked.translator, &edits)))
}

fn links(server: &mut Server<'_>, params: &DocumentLinkParams) -> Option<Vec<DocumentLink>> {
    let asked = asked(server, &params.text_document)?;
    let found = ide::links(asked.translator.analysis, asked.file).into_iter().filter(|link| link.target.exists());
    let link = |link: ide::Link| {
        let mut target = uri_of(&link.target)?;
        // A client can tell by the slash that it is a directory.
        if link.target.is_dir() {
            target = format!("{}/", target.as_str().trim_end_matches('/')).parse().ok()?;
        }
        Some(DocumentLink { range: asked.translator.range(link.span), target: Some(target), tooltip: None, data: None })
    };
    Some(found.filter_map(link).collect())
}

fn symbols(server: &mut Server<'_>, params: &DocumentSymbolParams) -> Option<Vec<DocumentSymbol>> {
    let asked = asked(server, &params.text_document)?;
    let parts = ide::outline(asked.translator.analysis, asked.file);
    Some(parts.iter().map(|part| asked.translator.symbol(part)).collect())
}

/// Names of all projects that are known, which hold what is asked for, in any case of letters.
fn workspace_symbols(server: &mut Server<'_>, params: &WorkspaceSymbolParams) -> Vec<WorkspaceSymbol> {
    let query = params.query.to_lowercase();
    let mut found = Vec::new();
    let homes: Vec<PathBuf> = server.known_projects();
    for home in homes {
        let Some(translator) = server.translator(&home) else { continue };
        for document in translator.analysis.compilation.documents.files() {
            for part in ide::outline(translator.analysis, document.file) {
                if !part.name.to_lowercase().contains(&query) {
                    continue;
                }
                if let Some(location) = translator.location(part.name_span) {
                    let kind = symbol_kind(part.kind);
                    let (name, location) = (part.name, OneOf::Left(location));
                    found.push(WorkspaceSymbol {
                        name,
                        kind,
                        tags: None,
                        container_name: part.detail,
                        location,
                        data: None,
                    });
                }
            }
        }
    }
    found
}

fn lenses(server: &mut Server<'_>, params: &CodeLensParams) -> Option<Vec<CodeLens>> {
    let asked = asked(server, &params.text_document)?;
    let lenses = ide::lenses(asked.translator.analysis, asked.file);
    Some(lenses.iter().map(|lens| asked.translator.lens(lens)).collect())
}

fn code_actions(server: &mut Server<'_>, params: &CodeActionParams) -> Option<Vec<CodeActionOrCommand>> {
    let Asked { translator, file, .. } = asked(server, &params.text_document)?;
    let source = translator.analysis.source(file);
    let offset = |position| translator.agreed.encoding.offset(source, position);
    let wanted = |kind: &CodeActionKind| {
        let is_within =
            |wanted: &CodeActionKind| kind == wanted || kind.as_str().starts_with(&format!("{}.", wanted.as_str()));
        params.context.only.as_ref().is_none_or(|only| only.iter().any(is_within))
    };
    let mut found = Vec::new();
    if wanted(&CodeActionKind::QUICKFIX) {
        let range = Span::new(file, offset(params.range.start), offset(params.range.end));
        for action in ide::actions(translator.analysis, range) {
            found.push(CodeAction {
                title: action.title,
                kind: Some(CodeActionKind::QUICKFIX),
                diagnostics: Some(vec![translator.underline(action.finding)]),
                edit: Some(workspace_edit(translator, &action.edits)),
                is_preferred: action.preferred.then_some(true),
                ..CodeAction::default()
            });
        }
    }
    // On demand only: in every menu it would be noise.
    if params.context.only.is_some() && wanted(&fix_all_kind()) {
        let edits = ide::fix_all(translator.analysis, file);
        if !edits.is_empty() {
            found.push(CodeAction {
                title: "make all safe fixes".to_owned(),
                kind: Some(fix_all_kind()),
                edit: Some(workspace_edit(translator, &edits)),
                ..CodeAction::default()
            });
        }
    }
    Some(found.into_iter().map(CodeActionOrCommand::CodeAction).collect())
}
