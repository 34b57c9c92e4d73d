"""Imports a file into doccano and exports it again, by doccano's own code.

python in_doccano.py OURS.jsonl THEIRS.jsonl      # in doccano's environment; `make doccano-test` does it
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path


def serve_from(place):
    """doccano's own Django, with a database that is gone afterwards."""
    import backend
    import django

    sys.path.insert(0, str(Path(backend.__file__).parent))
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.development"
    os.environ["DATABASE_URL"] = f"sqlite:///{place}/doccano.db"
    os.environ["CELERY_BROKER_URL"] = "memory://"
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def main(ours, theirs):
    with tempfile.TemporaryDirectory() as place:
        serve_from(place)
        from data_export.celery_tasks import create_collaborative_dataset
        from data_export.pipeline.factories import create_formatter, create_writer
        from data_import.datasets import load_dataset
        from data_import.pipeline.catalog import JSONL, RELATION_EXTRACTION
        from data_import.pipeline.readers import FileName
        from django.contrib.auth.models import User
        from projects.models import ProjectType, SequenceLabelingProject

        user = User.objects.create_user("linguist")
        project = SequenceLabelingProject.objects.create(
            name="govclaim",
            description="",
            project_type=ProjectType.SEQUENCE_LABELING,
            created_by=user,
            allow_overlapping=True,
            use_relation=True,
            collaborative_annotation=True,
        )
        named = FileName(full_path=str(ours), generated_name=ours.name, upload_name=ours.name)
        dataset = load_dataset(RELATION_EXTRACTION, JSONL, [named], project, encoding="utf-8")
        dataset.save(user)
        if dataset.errors:
            raise SystemExit(f"doccano refuses: {[error.dict() for error in dataset.errors]}")
        formatters, writer = create_formatter(project, JSONL.name), create_writer(JSONL.name)
        create_collaborative_dataset(project, place, False, formatters, writer)
        shutil.copy(Path(place, "all.jsonl"), theirs)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
