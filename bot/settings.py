"""The only reader of the environment: one frozen tree, secrets as SecretStr."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.errors import SettingsError


class Settings(BaseSettings):
    """Field names in capitals are the variables of the environment; empty values count as unset."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    database_url: SecretStr | None = None
    data_dir: Path = Path("data")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    port: int = Field(default=8000, ge=1, le=65535)

    @property
    def database(self) -> str:
        """The database's URL; by default a file under the data folder."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite+aiosqlite:///{(self.data_dir / 'threadwright.sqlite').absolute()}"


def read_settings() -> Settings:
    """Reads the environment once. Raises SettingsError with all that is wrong, never with a secret's value."""
    try:
        return Settings()
    except ValidationError as error:
        problems = tuple(
            f"{'_'.join(str(part) for part in problem['loc']).upper()}: {problem['msg']}"
            for problem in error.errors(include_input=False)
        )
        raise SettingsError(problems) from error
