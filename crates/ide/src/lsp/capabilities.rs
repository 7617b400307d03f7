//! What this server can do, and what the client said it can.

use lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionProviderCapability, CodeLensOptions, CompletionOptions,
    DocumentLinkOptions, HoverProviderCapability, InitializeParams, OneOf, RenameOptions, SaveOptions,
    ServerCapabilities, TextDocumentSyncCapability, TextDocumentSyncKind, TextDocumentSyncOptions,
    TextDocumentSyncSaveOptions, WorkDoneProgressOptions,
};
use serde_json::Value as Json;

use super::position::Encoding;

/// What was agreed on with the client.
#[derive(Debug, Clone, Copy)]
pub(super) struct Agreed {
    /// The units of columns.
    pub(super) encoding: Encoding,
    /// Whether it shows related places of a finding.
    pub(super) related: bool,
    /// Whether it can be asked for its settings.
    pub(super) configuration: bool,
    /// Whether it can be asked to watch files.
    pub(super) watches: bool,
    /// Whether it can watch files outside of its folders.
    pub(super) watches_elsewhere: bool,
}

/// The kind of the action that makes all safe fixes.
pub(super) fn fix_all_kind() -> CodeActionKind {
    CodeActionKind::new("source.fixAll.pt")
}

impl Agreed {
    pub(super) fn with(params: &InitializeParams) -> Self {
        let client = &params.capabilities;
        let workspace = client.workspace.as_ref();
        let watched = workspace.and_then(|it| it.did_change_watched_files);
        let document = client.text_document.as_ref();
        let published = document.and_then(|it| it.publish_diagnostics.as_ref());
        let encodings = client.general.as_ref().and_then(|it| it.position_encodings.as_deref());
        Self {
            encoding: Encoding::negotiated(encodings),
            related: published.and_then(|it| it.related_information).unwrap_or_default(),
            configuration: workspace.and_then(|it| it.configuration).unwrap_or_default(),
            watches: watched.and_then(|it| it.dynamic_registration).unwrap_or_default(),
            watches_elsewhere: watched.and_then(|it| it.relative_pattern_support).unwrap_or_default(),
        }
    }

    pub(super) fn capabilities(self) -> ServerCapabilities {
        let progress = WorkDoneProgressOptions::default;
        let sync = TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::INCREMENTAL),
            save: Some(TextDocumentSyncSaveOptions::SaveOptions(SaveOptions { include_text: Some(false) })),
            ..TextDocumentSyncOptions::default()
        };
        let kinds = vec![CodeActionKind::QUICKFIX, fix_all_kind()];
        ServerCapabilities {
            position_encoding: Some(self.encoding.kind()),
            text_document_sync: Some(TextDocumentSyncCapability::Options(sync)),
            completion_provider: Some(CompletionOptions {
                trigger_characters: Some([" ", ".", "/", "{", "!"].map(str::to_owned).to_vec()),
                ..CompletionOptions::default()
            }),
            hover_provider: Some(HoverProviderCapability::Simple(true)),
            definition_provider: Some(OneOf::Left(true)),
            references_provider: Some(OneOf::Left(true)),
            rename_provider: Some(OneOf::Right(RenameOptions {
                prepare_provider: Some(true),
                work_done_progress_options: progress(),
            })),
            document_link_provider: Some(DocumentLinkOptions {
                resolve_provider: Some(false),
                work_done_progress_options: progress(),
            }),
            document_symbol_provider: Some(OneOf::Left(true)),
            workspace_symbol_provider: Some(OneOf::Left(true)),
            code_lens_provider: Some(CodeLensOptions { resolve_provider: Some(false) }),
            code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
                code_action_kinds: Some(kinds),
                ..CodeActionOptions::default()
            })),
            ..ServerCapabilities::default()
        }
    }
}

/// `schemaDiagnostics` in the settings, wherever clients put them: `{pt: {…}}` or the section itself.
pub(super) fn schema_diagnostics(settings: &Json) -> Option<bool> {
    let section = settings.get("pt").unwrap_or(settings);
    section.get("schemaDiagnostics")?.as_bool()
}
