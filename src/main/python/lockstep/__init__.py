"""Exact data-parallel training of neural networks on Apache Spark, from PySpark.

    spark-submit --jars target/lockstep-all.jar --py-files target/lockstep-python.zip program.py

    from lockstep import NeuralNetworkClassifier

    model = NeuralNetworkClassifier(layers=[784, 200, 10], maxEpochs=5).fit(digits)
    model.transform(digits).select("label", "prediction").show()

Import ``lockstep`` before you load a pipeline that holds its stages.
"""

from lockstep.classification import (
    NeuralNetworkClassificationModel,
    NeuralNetworkClassifier,
    NeuralNetworkTrainingSummary,
)

__all__ = [
    "NeuralNetworkClassificationModel",
    "NeuralNetworkClassifier",
    "NeuralNetworkTrainingSummary",
]
