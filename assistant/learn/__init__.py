"""Learning from the shop's orders, by errands only; frames and sparse matrices live here and nowhere else."""

from assistant.learn.train import TrainResult, train

__all__ = ["TrainResult", "train"]
