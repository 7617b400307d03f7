//! The answer to each request. In: its parameters. Out: JSON, `null` where there is nothing to say.

use std::path::PathBuf;

use lsp_server::{ErrorCode, ResponseError};
use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, CodeLensParams, CompletionList,
    CompletionParams, DocumentLink, DocumentLinkParams, DocumentSymbolParams, GotoDefinitionParams, Hover,
    HoverContents, HoverParams, Location, OneOf, PrepareRenameResponse, ReferenceParams, RenameParams,
    TextDocumentIdentifier, TextDocumentPositionParams, WorkspaceSymbol, WorkspaceSymbolParams,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use super::address::{path_of, uri_of};
use super::capabilities::fix_all_kind;
use super::convert::{Translator, completion_item, markdown, symbol_kind};
use super::edits::workspace_edit;
use super::server::Server;
use crate::ide;
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
        "textDocument/completion" => with(params, |params| completion(server, &params)),
        "textDocument/hover" => with(params, |params| hover(server, params)),
        "textDocument/definition" => with(params, |params| definition(server, &params)),
        "textDocument/references" => with(params, |params| references(server, &params)),
        "textDocument/prepareRename" => with(params, |params| prepare_rename(server, &params)),
        "textDocument/rename" => with(params, |params| rename(server, &params)),
        "textDocument/documentLink" => with(params, |params| links(server, &params)),
        "textDocument/documentSymbol" => with(params, |params| symbols(server, &params)),
        "workspace/symbol" => with(params, |params| workspace_symbols(server, &params)),
        "textDocument/codeLens" => with(params, |params| lenses(server, &params)),
        "textDocument/codeAction" => with(params, |params| code_actions(server, params)),
        _ => return None,
    })
}

fn with<P: DeserializeOwned, R: Serialize>(params: Json, work: impl FnOnce(P) -> Result<R, ResponseError>) -> Answer {
    let params =
        serde_json::from_value(params).map_err(|error| failure(ErrorCode::InvalidParams, error.to_string()))?;
    serde_json::to_value(work(params)?).map_err(|error| failure(ErrorCode::InternalError, error.to_string()))
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

fn completion(server: &mut Server<'_>, params: &CompletionParams) -> Result<Option<CompletionList>, ResponseError> {
    let Some(path) = path_of(&params.text_document_position.text_document.uri) else { return Ok(None) };
    // Names that were set meanwhile count too.
    server.look_outside(&path);
    let Some(Asked { translator, file, offset }) = asked_at(server, &params.text_document_position) else {
        return Ok(None);
    };
    let found = ide::complete(translator.analysis, file, offset);
    let range = translator.range(Span::new(file, found.replace.start, found.replace.end));
    let items = found.items.into_iter().map(|item| completion_item(item, range)).collect();
    Ok(Some(CompletionList { is_incomplete: false, items }))
}

fn hover(server: &mut Server<'_>, params: HoverParams) -> Result<Option<Hover>, ResponseError> {
    let at = params.text_document_position_params;
    let Some(path) = path_of(&at.text_document.uri) else { return Ok(None) };
    server.look_outside(&path);
    let Some(Asked { translator, file, offset }) = asked_at(server, &at) else { return Ok(None) };
    Ok(ide::hover(translator.analysis, file, offset).map(|hover| Hover {
        contents: HoverContents::Markup(markdown(hover.text)),
        range: Some(translator.range(hover.span)),
    }))
}

fn definition(server: &mut Server<'_>, params: &GotoDefinitionParams) -> Result<Option<Location>, ResponseError> {
    let Some(asked) = asked_at(server, &params.text_document_position_params) else { return Ok(None) };
    let span = ide::definition(asked.translator.analysis, asked.file, asked.offset);
    Ok(span.and_then(|span| asked.translator.location(span)))
}

fn references(server: &mut Server<'_>, params: &ReferenceParams) -> Result<Option<Vec<Location>>, ResponseError> {
    let Some(asked) = asked_at(server, &params.text_document_position) else { return Ok(None) };
    let with_definition = params.context.include_declaration;
    let spans = ide::references(asked.translator.analysis, asked.file, asked.offset, with_definition);
    Ok(Some(spans.into_iter().filter_map(|span| asked.translator.location(span)).collect()))
}

fn prepare_rename(
    server: &mut Server<'_>,
    params: &TextDocumentPositionParams,
) -> Result<Option<PrepareRenameResponse>, ResponseError> {
    let Some(asked) = asked_at(server, params) else { return Ok(None) };
    let span = ide::prepare_rename(asked.translator.analysis, asked.file, asked.offset);
    let span = span.map_err(|refusal| failure(ErrorCode::RequestFailed, refusal.to_string()))?;
    let placeholder = asked.translator.analysis.compilation.sources.text(span).to_owned();
    Ok(Some(PrepareRenameResponse::RangeWithPlaceholder { range: asked.translator.range(span), placeholder }))
}

fn rename(server: &mut Server<'_>, params: &RenameParams) -> Result<Json, ResponseError> {
    let Some(asked) = asked_at(server, &params.text_document_position) else { return Ok(Json::Null) };
    let edits = ide::rename(asked.translator.analysis, asked.file, asked.offset, &params.new_name);
    let edits = edits.map_err(|refusal| failure(ErrorCode::RequestFailed, refusal.to_string()))?;
    let edit = workspace_edit(asked.translator, &edits);
    serde_json::to_value(edit).map_err(|error| failure(ErrorCode::InternalError, error.to_string()))
}

fn links(server: &mut Server<'_>, params: &DocumentLinkParams) -> Result<Option<Vec<DocumentLink>>, ResponseError> {
    let Some(asked) = asked(server, &params.text_document) else { return Ok(None) };
    let found = ide::links(asked.translator.analysis, asked.file).into_iter().filter(|link| link.target.exists());
    let link = |link: ide::Link| {
        let mut target = uri_of(&link.target)?;
        // A client can tell by the slash that it is a directory.
        if link.target.is_dir() {
            target = format!("{}/", target.as_str().trim_end_matches('/')).parse().ok()?;
        }
        Some(DocumentLink { range: asked.translator.range(link.span), target: Some(target), tooltip: None, data: None })
    };
    Ok(Some(found.filter_map(link).collect()))
}

fn symbols(server: &mut Server<'_>, params: &DocumentSymbolParams) -> Result<Option<Json>, ResponseError> {
    let Some(asked) = asked(server, &params.text_document) else { return Ok(None) };
    let parts = ide::outline(asked.translator.analysis, asked.file);
    let symbols: Vec<_> = parts.iter().map(|part| asked.translator.symbol(part)).collect();
    serde_json::to_value(symbols).map(Some).map_err(|error| failure(ErrorCode::InternalError, error.to_string()))
}

/// Names of all projects that are known, which hold what is asked for, in any case of letters.
fn workspace_symbols(
    server: &mut Server<'_>,
    params: &WorkspaceSymbolParams,
) -> Result<Vec<WorkspaceSymbol>, ResponseError> {
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
    Ok(found)
}

fn lenses(server: &mut Server<'_>, params: &CodeLensParams) -> Result<Option<Json>, ResponseError> {
    let Some(asked) = asked(server, &params.text_document) else { return Ok(None) };
    let lenses = ide::lenses(asked.translator.analysis, asked.file);
    let lenses: Vec<_> = lenses.iter().map(|lens| asked.translator.lens(lens)).collect();
    serde_json::to_value(lenses).map(Some).map_err(|error| failure(ErrorCode::InternalError, error.to_string()))
}

fn code_actions(
    server: &mut Server<'_>,
    params: CodeActionParams,
) -> Result<Option<Vec<CodeActionOrCommand>>, ResponseError> {
    let Some(Asked { translator, file, .. }) = asked(server, &params.text_document) else { return Ok(None) };
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
    Ok(Some(found.into_iter().map(CodeActionOrCommand::CodeAction).collect()))
}
