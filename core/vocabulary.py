"""The product's closed lists. Values are stored and typed by people: never rename one."""

from __future__ import annotations

from enum import StrEnum


class AgentType(StrEnum):
    """Who writes the code; each has its own prompt in `core/generation/prompts/agents`."""

    RESEARCH = "research"
    WEB_APP = "web_app"
    WEB_CRAWLER = "web_crawler"
    DATA_ANALYST = "data_analyst"
    AUTOMATION = "automation"

    @property
    def label(self) -> str:
        return _AGENT_LABELS[self]

    @property
    def summary(self) -> str:
        return _AGENT_SUMMARIES[self]


_AGENT_LABELS = {
    AgentType.RESEARCH: "Research Agent",
    AgentType.WEB_APP: "Web App Developer",
    AgentType.WEB_CRAWLER: "Web Crawler",
    AgentType.DATA_ANALYST: "Data Analyst",
    AgentType.AUTOMATION: "Automation Engineer",
}

_AGENT_SUMMARIES = {
    AgentType.RESEARCH: "web scraping, data processing, storage",
    AgentType.WEB_APP: "full-stack applications with database schemas",
    AgentType.WEB_CRAWLER: "robust crawling, rate limiting, duplicate detection",
    AgentType.DATA_ANALYST: "data processing and analysis pipelines",
    AgentType.AUTOMATION: "general automation scripts",
}


class Language(StrEnum):
    """What the code is written in; `auto` lets the agent decide from the conversation."""

    AUTO = "auto"
    PYTHON = "python"
    JAVASCRIPT = "javascript"
    TYPESCRIPT = "typescript"
    BASH = "bash"

    @property
    def label(self) -> str:
        return _LANGUAGE_LABELS[self]


_LANGUAGE_LABELS = {
    Language.AUTO: "Auto",
    Language.PYTHON: "Python",
    Language.JAVASCRIPT: "JavaScript",
    Language.TYPESCRIPT: "TypeScript",
    Language.BASH: "Bash",
}

TITLE_LIMIT = 100
FIELD_LIMIT = 3000
"""Characters of requirements, tech stack and constraints in the form, each."""
