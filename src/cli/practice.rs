//! `hotseat practice`: one interview in the terminal, then its debrief.

use std::io::IsTerminal as _;

use clap::Args;

use super::{Failure, ModeArg, context::Context};
use crate::{
    domain::ids::{CaseId, GuildId, PersonaId},
    interview::{Wanted, event::Mode},
    report,
    service::{Live, NewSession, Selector, Service, ServiceError},
    terminal::{self, Ending, Screen, Source, TerminalMode},
};

/// Where terminal sessions are held.
const GUILD: &str = "terminal";

/// What an interview should be.
#[derive(Debug, Args)]
pub(super) struct PracticeArgs {
    /// Who leads (see `hotseat personas`); drawn where left out.
    #[arg(long, value_name = "ID")]
    persona: Option<String>,
    /// Which round: `recruiter_screen`, `system_design`, `ml_fundamentals`, `product_translation`, `hiring_manager`.
    #[arg(long, value_name = "ROUND")]
    round: Option<String>,
    /// Which case (see `hotseat cases`); drawn where left out.
    #[arg(long, value_name = "ID")]
    case: Option<String>,
    /// How long.
    #[arg(long, value_enum)]
    mode: Option<ModeArg>,
    /// Makes every draw repeatable.
    #[arg(long, env = "HOTSEAT_SEED", value_name = "N")]
    seed: Option<u64>,
    /// Go on with the last interview that was not finished, or with the one named.
    #[arg(long, value_name = "SESSION", num_args = 0..=1, default_missing_value = "last",
          conflicts_with_all = ["persona", "round", "case", "mode"])]
    resume: Option<String>,
}

impl PracticeArgs {
    /// Whether an interview of some kind was asked for. A seed may come from the environment and says nothing.
    pub(super) fn says_something(&self) -> bool {
        self.persona.is_some()
            || self.round.is_some()
            || self.case.is_some()
            || self.mode.is_some()
            || self.resume.is_some()
    }
}

/// Runs the command.
pub(super) async fn run(context: &Context, args: PracticeArgs) -> Result<(), Failure> {
    let service = context.service()?;
    let result = sit(context, &service, args).await;
    let closed = service.close().await;
    result?;
    Ok(closed?)
}

async fn sit(context: &Context, service: &Service, args: PracticeArgs) -> Result<(), Failure> {
    let terminal_mode = TerminalMode::note();
    let mut screen = Screen::new(std::io::stdout(), context.style(), std::io::stdout().is_terminal());
    let mut source = Source::of_stdin();
    let live = if let Some(selector) = &args.resume {
        resumed(context, service, selector).await?
    } else {
        let new = wanted(context, args)?;
        screen.heading(heading(new.mode))?;
        service.open(new).await?
    };
    let session = live.session.clone();
    stop_on_signal(context);
    let ending = terminal::interview(live, &mut source, &mut screen, &context.stop).await;
    terminal_mode.restore();
    if ending? == Ending::Ended {
        let debrief = service.debrief(&session).await?;
        screen.page(&report::terminal::debrief(&debrief, context.style()))?;
        screen.page(&format!(
            "`hotseat debrief {session}` shows this again; `hotseat history` lists your sessions."
        ))?;
    }
    Ok(())
}

fn heading(mode: Mode) -> &'static str {
    match mode {
        Mode::Quick => {
            "One question with its pushbacks, then the debrief. `--mode round` is about 45 minutes, `--mode loop` all \
             five rounds. /help lists what you can do; Enter sends."
        }
        Mode::Round => "One round of about 45 minutes, then the debrief. /help lists what you can do; Enter sends.",
        Mode::Loop => {
            "Five rounds with a persona each, one debrief over all. /help lists what you can do; Enter sends."
        }
    }
}

async fn resumed(context: &Context, service: &Service, selector: &str) -> Result<Live, Failure> {
    let user = context.user();
    let session = if selector == "last" {
        service.resumable(&user).await?.ok_or(ServiceError::NothingToResume)?
    } else {
        service.pick(&user, &Selector::Named(selector.to_owned())).await?
    };
    Ok(service.resume(session).await?)
}

fn wanted(context: &Context, args: PracticeArgs) -> Result<NewSession, Failure> {
    Ok(NewSession {
        user: context.user(),
        guild: GuildId::new(GUILD),
        mode: args.mode.map_or(context.config.practice.mode, Mode::from),
        wanted: Wanted {
            persona: args.persona.map(PersonaId::new),
            round: args.round.map(|round| round.parse()).transpose()?,
            case: args.case.map(CaseId::new),
        },
        engine: context.engine(),
        seed: args.seed,
    })
}

/// A polite request to stop lets the step in hand finish; the interview then rests.
fn stop_on_signal(context: &Context) {
    let stop = context.stop.clone();
    tokio::spawn(async move {
        let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) else {
            return;
        };
        terminate.recv().await;
        stop.cancel();
    });
}
