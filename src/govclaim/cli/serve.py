"""`govclaim serve`: annotating over HTTP."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from govclaim.cli.frame import Knowledge, Model, app, examples, verb
from govclaim.errors import InputError

__all__ = ["serve"]

_MIB = 1 << 20


@app.command(
    epilog=examples(
        "govclaim serve --port 8000",
        """curl http://127.0.0.1:8000/annotate -d '{"text": "青石县新增学位2300余个。"}'""",
        "curl http://127.0.0.1:8000/annotate/batch --data-binary @pages.jsonl",
    )
)
@verb
def serve(
    host: Annotated[str, typer.Option(help="Address to listen at; 0.0.0.0 lets others in.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Where to listen; 0 for any free port.", min=0, max=65535)] = 8000,
    workers: Annotated[
        int | None, typer.Option(help="Processes that annotate; as many as cores.", min=1, show_default=False)
    ] = None,
    queue: Annotated[int, typer.Option(help="Documents that may wait; more are answered 503.", min=0)] = 256,
    wait: Annotated[float, typer.Option(help="Seconds that one may wait.", min=0.1)] = 30,
    timeout: Annotated[float, typer.Option(help="Seconds for 10,000 characters.", min=0.1)] = 20,
    max_characters: Annotated[int, typer.Option(help="Of a text.", min=1)] = 200_000,
    max_body: Annotated[int, typer.Option(help="MiB of a document.", min=1)] = 8,
    max_batch: Annotated[int, typer.Option(help="MiB of a batch.", min=1)] = 256,
    max_batches: Annotated[int, typer.Option(help="Batches at the same time.", min=1)] = 16,
    grace: Annotated[float, typer.Option(help="Seconds to finish what is under way at the end.", min=1)] = 30,
    model: Model = None,
    knowledge: Knowledge = None,
) -> None:
    """Annotate over HTTP. POST /annotate, /annotate/batch; /health, /metrics, /openapi.json."""
    try:
        from govclaim.service import server
        from govclaim.service.desk import Limits
    except ImportError as error:
        raise InputError(f"{error.name} is not installed", hint="pip install 'govclaim[serve]'") from error

    limits = Limits(
        body=max_body * _MIB,
        batch=max_batch * _MIB,
        characters=max_characters,
        queue=queue,
        wait=wait,
        timeout=timeout,
        batches=max_batches,
        grace=grace,
    )
    server.serve(
        host=host,
        port=port,
        workers=workers or os.cpu_count() or 1,
        limits=limits,
        model=str(model) if model else None,
        knowledge=str(knowledge) if knowledge else None,
        ready=typer.echo,
    )
