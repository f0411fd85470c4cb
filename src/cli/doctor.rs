//! `hotseat doctor`: what is configured, what works, what to do next.

use serde::Serialize;

use super::{Failure, context::Context};
use crate::{
    interview::event::Engine,
    store::{Query, Store, StoreOptions},
};

#[derive(Serialize)]
struct Finding {
    what: &'static str,
    ok: bool,
    found: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// Runs the command.
pub(super) async fn run(context: &Context) -> Result<(), Failure> {
    let findings = vec![
        configuration(context),
        files(context),
        store(context).await,
        model(context).await,
    ];
    let text = || findings.iter().map(line).collect::<Vec<_>>().join("\n");
    context.print(&findings, |_| text(), text)?;
    if findings.iter().all(|finding| finding.ok) {
        Ok(())
    } else {
        Err(Failure::new(""))
    }
}

fn line(finding: &Finding) -> String {
    let mark = if finding.ok { "ok " } else { "!! " };
    let next = finding
        .next
        .as_ref()
        .map(|next| format!("\n    next: {next}"))
        .unwrap_or_default();
    format!("{mark} {:<14} {}{next}", finding.what, finding.found)
}

fn configuration(context: &Context) -> Finding {
    let found = match &context.config_file {
        Some(file) => format!("{} over the defaults", file.display()),
        None => "the defaults; no file is needed".to_owned(),
    };
    Finding {
        what: "configuration",
        ok: true,
        found,
        next: None,
    }
}

fn files(context: &Context) -> Finding {
    let (library, problems) = context.load_library();
    let from = context
        .library_folder()
        .map_or_else(|| "compiled in".to_owned(), |folder| folder.display().to_string());
    let found = match &library {
        Some(library) => format!(
            "{} personas, {} cases ({from})",
            library.personas.len(),
            library.cases.len()
        ),
        None => format!("unusable ({from})"),
    };
    let next = (!problems.is_empty()).then(|| format!("{} errors; `hotseat check` names them", problems.len()));
    Finding {
        what: "files",
        ok: library.is_some() && problems.is_empty(),
        found,
        next,
    }
}

async fn store(context: &Context) -> Finding {
    let folder = context.data_folder();
    let options = StoreOptions {
        folder: folder.clone(),
        cache_bytes: context.config.store.cache_mb << 20,
    };
    let counted = async {
        let store = Store::open(&options)?;
        let count = store.count(&Query::all()).await?;
        store.close().await?;
        Ok::<u64, crate::store::StoreError>(count)
    };
    match counted.await {
        Ok(count) => Finding {
            what: "store",
            ok: true,
            found: format!("{count} sessions in {}", folder.display()),
            next: None,
        },
        Err(error) => Finding {
            what: "store",
            ok: false,
            found: error.to_string(),
            next: None,
        },
    }
}

async fn model(context: &Context) -> Finding {
    let what = "model";
    let model = context.library().and_then(|library| context.model(&library));
    match model {
        Err(failure) => Finding {
            what,
            ok: false,
            found: failure.message,
            next: None,
        },
        Ok(None) if context.engine() == Engine::Llm => Finding {
            what,
            ok: false,
            found: "none is configured, and the engine is `llm`".to_owned(),
            next: Some("set [llm] model in config.toml or HOTSEAT_LLM_MODEL".to_owned()),
        },
        Ok(None) => Finding {
            what,
            ok: true,
            found: "none; the panel works offline".to_owned(),
            next: Some("for a model, set HOTSEAT_LLM_MODEL, and HOTSEAT_LLM_BASE_URL or OPENAI_API_KEY".to_owned()),
        },
        Ok(Some((model, _))) => match model.check().await {
            Ok(health) => Finding {
                what,
                ok: true,
                found: health.to_string(),
                next: None,
            },
            Err(error) => Finding {
                what,
                ok: false,
                found: error.to_string(),
                next: Some(error.operator_hint().clone()),
            },
        },
    }
}
