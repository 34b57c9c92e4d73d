"""HanLP's recurrent tagger with a CRF that works; ``config.json`` names this class, and HanLP imports it."""

from __future__ import annotations

from typing import Any

from hanlp.components.ner.rnn_ner import RNNNamedEntityRecognizer
from torch import nn, no_grad
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LambdaLR

__all__ = ["Recognizer"]


class Recognizer(RNNNamedEntityRecognizer):  # type: ignore[misc]
    """``RNNNamedEntityRecognizer`` as HanLP 2.1 has it, but for three things.

    Its CRF reads the batch in the right order, the learning rate falls from epoch to epoch, and training
    counts no hits on the training set, which would decode every batch twice.
    """

    def build_model(self, *args: Any, **options: Any) -> nn.Module:
        """See ``TorchComponent``; HanLP's CRF gets ``None`` for ``batch_first`` and takes rows for columns."""
        model: nn.Module = super().build_model(*args, **options)
        if getattr(model, "crf", None) is not None:
            model.crf.batch_first = True
        return model

    def build_scheduler(self, optimizer: Optimizer, epochs: int = 1, **options: Any) -> LambdaLR:
        """See ``RNNTagger``."""
        return LambdaLR(optimizer, lambda epoch: max(0.05, 1 - epoch / epochs))

    def decode_output(self, logits: Any, mask: Any, batch: Any, model: Any = None) -> Any:
        """See ``Tagger``."""
        if self.model.training:
            return logits
        with no_grad():
            return super().decode_output(logits, mask, batch, model)

    def update_metrics(self, metric: Any, *scores: Any, **more: Any) -> None:
        """See ``RNNTagger``."""
        if not self.model.training:
            super().update_metrics(metric, *scores, **more)
