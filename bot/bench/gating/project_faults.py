"""All faults of a project, by what people call them."""

from __future__ import annotations

from collections.abc import Mapping

from bot.bench.gating import content_faults, reference_faults
from bot.bench.gating.places import Fault

FAULTS: Mapping[str, Fault] = {
    "delete a bracket": reference_faults.lose_bracket,
    "cut a file": reference_faults.cut_file,
    "misspell a name": reference_faults.misspell,
    "rename an imported name": reference_faults.rename_import,
    "rename an imported module": reference_faults.rename_module,
    "lose a file": reference_faults.lose_file,
    "drop a dependency": reference_faults.drop_dependency,
    "rename what a script starts or copies": reference_faults.rename_script,
    "delete a mark of a data file": reference_faults.lose_mark_of_data,
    "insert an elision": content_faults.elide,
    "empty a function": content_faults.stub,
    "insert a secret": content_faults.leak,
    "insert a personal path": content_faults.personal_path,
    "drop the README's setup": content_faults.drop_setup,
    "drop the README's usage": content_faults.drop_usage,
    "drop the README": content_faults.drop_readme,
    "start what is not there, in the README": content_faults.wrong_start,
    "drop a variable from .env.example": content_faults.drop_variable,
}
