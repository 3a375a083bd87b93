"""Settings, read once at an entry point from the environment. Each field's description is its help text.

Only entry points, `ivr.app` and `ivr.wiring` import this; everything below is handed plain values.
"""

from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict


class SettingsMissing(Exception):  # noqa: N818 - reads as what it says
    """Settings are missing or wrong; the message names all of them at once and how to set each."""


class Settings(BaseSettings):
    """All that can be set. Names are environment variables; `hotline run` fills in what an embedded start needs."""

    model_config = SettingsConfigDict(env_prefix="", case_sensitive=False, extra="ignore", frozen=True)

    redis_url: str = Field(description="Redis 6.2 or later, e.g. redis://127.0.0.1:6379/0")
    public_base_url: str = Field(
        description="The address callers' carrier reaches this server by, e.g. https://hotline.example.org"
    )
    twilio_account_sid: str = Field(description="The carrier account, AC and 32 hex digits")
    twilio_auth_token: str = Field(description="The account's primary auth token; signs every webhook")
    hotline_secret_key: str = Field(min_length=32, description="Signs console sessions; 32 random characters or more")

    hotline_secret_keys_former: str = Field(
        "", description="Secret keys of before, with commas between: what they sealed in the database is still opened"
    )
    twilio_auth_token_secondary: str = Field("", description="The token being rotated in or out; accepted as well")
    twilio_api_key_sid: str = Field("", description="API key for REST; the auth token is used where empty")
    twilio_api_key_secret: str = Field("", description="The API key's secret")
    twilio_api_url: str = Field(
        "", description="Where REST goes instead of the carrier, e.g. http://127.0.0.1:8001 for the exchange"
    )
    database_url: str = Field(
        "sqlite:///var/hotline.sqlite", description="History: SQLite, or postgresql+psycopg://user:password@host/name"
    )
    hotline_flows: Path = Field(Path("flows"), description="The folder of flows, lines.yaml and queues.yaml")
    hotline_flow_versions: Literal["follow", "published"] = Field(
        "follow",
        description="Which version answers: `follow` the files as they are, or only what was `published` of them",
    )
    hotline_testers: str = Field(
        "", description="Numbers in E.164, with commas between, that hear drafts; beside those of testers.yaml"
    )
    hotline_var: Path = Field(Path("var"), description="Where data of an embedded start is kept")
    hotline_recordings: Path = Field(Path("recordings/audio"), description="Where fetched recordings are kept")
    hotline_centre: str = Field("main", pattern=r"^[a-z0-9-]{1,32}$", description="This centre's name in Redis")
    hotline_region: str = Field("FR", pattern=r"^[A-Z]{2}$", description="Country by which national numbers are read")
    hotline_fallback_number: str = Field(
        "", description="Number callers are dialled through to when this server can't serve them"
    )
    hotline_agents_number: str = Field("", description="Number agents dial to log in, pause and finish wrap-up")
    hotline_caller_id: str = Field("", description="Number shown to agents; empty for the line the caller dialled")
    hotline_calls_per_second: float = Field(
        1.0,
        ge=0,
        le=1000,
        description="Calls the carrier starts a second for this account (1 for a new one); 0: it may queue them itself",
    )
    hotline_dial_regions: str = Field(
        "",
        pattern=r"^([A-Z]{2}([, ]+|$))*$",
        description="Further countries that may be called and texted, e.g. BE,LU; HOTLINE_REGION always may",
    )
    hotline_dial_denied: str = Field("", description="Prefixes never to be dialled, in E.164, e.g. +33899,+33976")
    hotline_dial_voip: bool = Field(False, description="Whether callbacks may go to internet telephone numbers")
    hotline_fetch_networks: str = Field(
        "",
        description="Networks of the house that look-ups and webhooks may reach, as 10.20.0.0/16; others are public",
    )
    hotline_fetch_ca: str = Field("", description="A file of certificates that look-ups trust instead of the system's")
    hotline_embeddings: str = Field(
        "", description="A function of sentence embeddings, as package.module:function; empty: words alone find answers"
    )
    hotline_sms: bool = Field(False, description="Whether texts are sent: on or off")
    hotline_events_url: str = Field("", description="Where browsers find the event streams, e.g. http://127.0.0.1:8002")
    hotline_exchange_url: str = Field("", description="A local exchange; its browser phone is linked from the console")
    hotline_metrics_token: str = Field("", description="Bearer token for /metrics; empty: only from this machine")
    hotline_proxies: int = Field(
        0, ge=0, le=5, description="How many trusted proxies stand in front, for visitors' addresses"
    )
    hotline_decisions_days: int = Field(
        90, ge=1, le=3650, description="For how many days is kept why each call went to whom, and agents' states"
    )
    hotline_clock: str = Field("", description="Simulated time as SPEED@REAL=VIRTUAL; empty for real time")
    hotline_log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR")

    @classmethod
    def read(cls) -> "Settings":
        """The settings of this process. Raises SettingsMissing naming all that is missing or wrong at once."""
        try:
            return cls()  # type: ignore[call-arg]
        except ValidationError as error:
            raise SettingsMissing(_explain(cls, error)) from None


def _explain(settings: type[Settings], error: ValidationError) -> str:
    lines = ["settings missing or wrong:"]
    for fault in error.errors():
        name = str(fault["loc"][0])
        field = settings.model_fields.get(name.lower())
        said = "not set" if fault["type"] == "missing" else fault["msg"]
        lines.append(f"  {name.upper()}: {said}. {field.description if field else ''}")
    lines.append(
        "Set them in the environment, or use `hotline run`, which brings its own for a start without an account."
    )
    return "\n".join(lines)
