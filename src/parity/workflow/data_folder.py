"""Where the files of reference data are. Known without what reads them: most commands find none."""

from __future__ import annotations

from pathlib import Path

from parity.workflow.context import Project


def data_folder(project: Project) -> Path:
    """Where the files are: beside the migrations, or where the settings say."""
    return project.settings.data or project.places.migrations.parent / "data"


def has_reference_data(project: Project) -> bool:
    """Whether there may be any: a folder for it, which the settings don't give to something else."""
    return project.settings.reads_data and data_folder(project).is_dir()
