"""The params of the stages. Written by PythonTest out of Java's: don't edit.

Each has Java's name, default and doc. The seed is a param of its own: PySpark's
HasSeed has another default in each process, which would win over Java's.
"""

from typing import Any, Dict, List, Optional, TypeVar

from pyspark import keyword_only
from pyspark.ml.param import Param, Params, TypeConverters

P = TypeVar("P", bound="PredictionParams")
C = TypeVar("C", bound="ClassifierParams")


class PredictionParams(Params):
    """The params that the classifier and its model share."""

    featuresCol: "Param[str]" = Param(
        Params._dummy(),
        "featuresCol",
        "column of features: a Vector, array<float>, array<double>, binary (one byte a value, "
        "meaning value / 255) or image",
        typeConverter=TypeConverters.toString,
    )
    handleInvalid: "Param[str]" = Param(
        Params._dummy(),
        "handleInvalid",
        "what becomes of rows with null, NaN, a wrong number of values or a label that is no "
        "class: error, or skip",
        typeConverter=TypeConverters.toString,
    )
    predictionCol: "Param[str]" = Param(
        Params._dummy(),
        "predictionCol",
        "column of the predicted class, a double",
        typeConverter=TypeConverters.toString,
    )
    probabilityCol: "Param[str]" = Param(
        Params._dummy(),
        "probabilityCol",
        "column of the probability of each class, a Vector",
        typeConverter=TypeConverters.toString,
    )
    rawPredictionCol: "Param[str]" = Param(
        Params._dummy(),
        "rawPredictionCol",
        "column of the logit of each class, a Vector",
        typeConverter=TypeConverters.toString,
    )
    thresholds: "Param[List[float]]" = Param(
        Params._dummy(),
        "thresholds",
        "one per class, >= 0 and at most one 0: the class with the largest probability / "
        "threshold is predicted",
        typeConverter=TypeConverters.toListFloat,
    )

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._setDefault(
            featuresCol="features",
            handleInvalid="error",
            predictionCol="prediction",
            probabilityCol="probability",
            rawPredictionCol="rawPrediction",
        )

    def getFeaturesCol(self) -> str:
        """The value of ``featuresCol``, or its default."""
        return self.getOrDefault(self.featuresCol)

    def setFeaturesCol(self: P, value: str) -> P:
        """Sets ``featuresCol``."""
        return self._set(featuresCol=value)

    def getHandleInvalid(self) -> str:
        """The value of ``handleInvalid``, or its default."""
        return self.getOrDefault(self.handleInvalid)

    def setHandleInvalid(self: P, value: str) -> P:
        """Sets ``handleInvalid``."""
        return self._set(handleInvalid=value)

    def getPredictionCol(self) -> str:
        """The value of ``predictionCol``, or its default."""
        return self.getOrDefault(self.predictionCol)

    def setPredictionCol(self: P, value: str) -> P:
        """Sets ``predictionCol``."""
        return self._set(predictionCol=value)

    def getProbabilityCol(self) -> str:
        """The value of ``probabilityCol``, or its default."""
        return self.getOrDefault(self.probabilityCol)

    def setProbabilityCol(self: P, value: str) -> P:
        """Sets ``probabilityCol``."""
        return self._set(probabilityCol=value)

    def getRawPredictionCol(self) -> str:
        """The value of ``rawPredictionCol``, or its default."""
        return self.getOrDefault(self.rawPredictionCol)

    def setRawPredictionCol(self: P, value: str) -> P:
        """Sets ``rawPredictionCol``."""
        return self._set(rawPredictionCol=value)

    def getThresholds(self) -> List[float]:
        """The value of ``thresholds``, or its default."""
        return self.getOrDefault(self.thresholds)

    def setThresholds(self: P, value: List[float]) -> P:
        """Sets ``thresholds``."""
        return self._set(thresholds=value)


class ClassifierParams(PredictionParams):
    """The params of the classifier, as attributes and as keyword arguments."""

    _input_kwargs: Dict[str, Any]
    augment: "Param[str]" = Param(
        Params._dummy(),
        "augment",
        "how much images are distorted when they are learned from, as in a run file's "
        "data.augment: shift = 2, rotate = 10; or none",
        typeConverter=TypeConverters.toString,
    )
    averageEvery: "Param[int]" = Param(
        Params._dummy(),
        "averageEvery",
        "steps that each shard makes on weights of its own before these are averaged, >= 1; "
        "more than 1 needs the optimizer sgd, whose momentum begins anew after each",
        typeConverter=TypeConverters.toInt,
    )
    averageWeights: "Param[float]" = Param(
        Params._dummy(),
        "averageWeights",
        "fraction kept of the exponential average of the weights, the model's where it is > 0, "
        "in [0, 1)",
        typeConverter=TypeConverters.toFloat,
    )
    batchSize: "Param[int]" = Param(
        Params._dummy(),
        "batchSize",
        "examples per step, over all workers, >= 1",
        typeConverter=TypeConverters.toInt,
    )
    biasInitializer: "Param[str]" = Param(
        Params._dummy(),
        "biasInitializer",
        "how biases are first drawn, as in a run file's init.biases",
        typeConverter=TypeConverters.toString,
    )
    checkpointFolder: "Param[str]" = Param(
        Params._dummy(),
        "checkpointFolder",
        "where fits keep their state, to go on from it when they are run again; any Hadoop "
        "filesystem",
        typeConverter=TypeConverters.toString,
    )
    clipNorm: "Param[float]" = Param(
        Params._dummy(),
        "clipNorm",
        "a longer mean gradient is shortened to this length, > 0; infinite for none",
        typeConverter=TypeConverters.toFloat,
    )
    exchange: "Param[str]" = Param(
        Params._dummy(),
        "exchange",
        "what adds up the gradients and makes the step: auto, driver, or workers: slices or "
        "peers",
        typeConverter=TypeConverters.toString,
    )
    gradients: "Param[str]" = Param(
        Params._dummy(),
        "gradients",
        "what sums of gradients are rounded to: float32 or bf16, which halves their messages",
        typeConverter=TypeConverters.toString,
    )
    keep: "Param[str]" = Param(
        Params._dummy(),
        "keep",
        "which epoch's weights the model gets: best, by accuracy on the rows to validate on, "
        "then by loss; last; or auto, the best where there are such rows, else the last",
        typeConverter=TypeConverters.toString,
    )
    labelCol: "Param[str]" = Param(
        Params._dummy(),
        "labelCol",
        "column of labels, any number type: 0 to classes - 1",
        typeConverter=TypeConverters.toString,
    )
    labelSmoothing: "Param[float]" = Param(
        Params._dummy(),
        "labelSmoothing",
        "part of each label that goes to all classes in the training loss, in [0, 1)",
        typeConverter=TypeConverters.toFloat,
    )
    layers: "Param[List[int]]" = Param(
        Params._dummy(),
        "layers",
        "units of each layer, the input's first, as MLlib's perceptron has them; ReLU between",
        typeConverter=TypeConverters.toListInt,
    )
    learningRate: "Param[float]" = Param(
        Params._dummy(),
        "learningRate",
        "step size, applied to the mean gradient, > 0",
        typeConverter=TypeConverters.toFloat,
    )
    maxEpochs: "Param[int]" = Param(
        Params._dummy(),
        "maxEpochs",
        "passes over the training rows, >= 1",
        typeConverter=TypeConverters.toInt,
    )
    momentum: "Param[float]" = Param(
        Params._dummy(),
        "momentum",
        "of sgd: fraction of the previous update carried over, in [0, 1)",
        typeConverter=TypeConverters.toFloat,
    )
    nesterov: "Param[bool]" = Param(
        Params._dummy(),
        "nesterov",
        "of sgd: whether to look ahead along the momentum",
        typeConverter=TypeConverters.toBoolean,
    )
    network: "Param[str]" = Param(
        Params._dummy(),
        "network",
        "the network as HOCON, as in a run file: input = [1, 28, 28], layers = [...]",
        typeConverter=TypeConverters.toString,
    )
    normalizeMean: "Param[float]" = Param(
        Params._dummy(),
        "normalizeMean",
        "subtracted from every input value (of bytes: value / 255)",
        typeConverter=TypeConverters.toFloat,
    )
    normalizeStd: "Param[float]" = Param(
        Params._dummy(),
        "normalizeStd",
        "divides every input value after that, > 0",
        typeConverter=TypeConverters.toFloat,
    )
    optimizer: "Param[str]" = Param(
        Params._dummy(),
        "optimizer",
        "makes the step, as in a run file's training.optimizer: sgd, or adam {beta2 = 0.99}",
        typeConverter=TypeConverters.toString,
    )
    patience: "Param[int]" = Param(
        Params._dummy(),
        "patience",
        "epochs without a better accuracy on the rows to validate on that end the fit, >= 1; 0 "
        "for all of maxEpochs",
        typeConverter=TypeConverters.toInt,
    )
    rows: "Param[str]" = Param(
        Params._dummy(),
        "rows",
        "where workers keep the rows: auto, memory or files",
        typeConverter=TypeConverters.toString,
    )
    schedule: "Param[str]" = Param(
        Params._dummy(),
        "schedule",
        "of the learning rate, as in a run file's training.schedule: constant, or cosine {to = "
        "0.1}",
        typeConverter=TypeConverters.toString,
    )
    seed: "Param[int]" = Param(
        Params._dummy(),
        "seed",
        "root of every random stream",
        typeConverter=TypeConverters.toInt,
    )
    shards: "Param[int]" = Param(
        Params._dummy(),
        "shards",
        "ways each minibatch is cut, a power of two; part of the arithmetic",
        typeConverter=TypeConverters.toInt,
    )
    shuffle: "Param[bool]" = Param(
        Params._dummy(),
        "shuffle",
        "whether each epoch has an order of its own",
        typeConverter=TypeConverters.toBoolean,
    )
    shuffleBlock: "Param[int]" = Param(
        Params._dummy(),
        "shuffleBlock",
        "neighbouring rows of a shard that are shuffled among themselves, for rows that memory "
        "does not hold, >= 0; 0 for all of them, more only with shuffle",
        typeConverter=TypeConverters.toInt,
    )
    synchronization: "Param[str]" = Param(
        Params._dummy(),
        "synchronization",
        "how gradients meet: auto, barrier or job",
        typeConverter=TypeConverters.toString,
    )
    validationFraction: "Param[float]" = Param(
        Params._dummy(),
        "validationFraction",
        "fraction of the rows, the last ones, to validate on rather than train on, in [0, 1)",
        typeConverter=TypeConverters.toFloat,
    )
    validationIndicatorCol: "Param[str]" = Param(
        Params._dummy(),
        "validationIndicatorCol",
        "boolean column: true for rows to validate on; false or null for rows to train on",
        typeConverter=TypeConverters.toString,
    )
    weightCol: "Param[str]" = Param(
        Params._dummy(),
        "weightCol",
        "column of how much a row counts in the loss, any number type, >= 0",
        typeConverter=TypeConverters.toString,
    )
    weightDecay: "Param[float]" = Param(
        Params._dummy(),
        "weightDecay",
        "weight decay of the optimizer, >= 0",
        typeConverter=TypeConverters.toFloat,
    )
    weightInitializer: "Param[str]" = Param(
        Params._dummy(),
        "weightInitializer",
        "how weights are first drawn, as in a run file's init.weights",
        typeConverter=TypeConverters.toString,
    )
    workers: "Param[int]" = Param(
        Params._dummy(),
        "workers",
        "tasks at a time, at most one per shard; 0 for as many as there are slots",
        typeConverter=TypeConverters.toInt,
    )

    @keyword_only
    def __init__(
        self,
        *,
        augment: str = "none",
        averageEvery: int = 1,
        averageWeights: float = 0.0,
        batchSize: int = 64,
        biasInitializer: str = "kaimingUniform",
        checkpointFolder: Optional[str] = None,
        clipNorm: float = float("inf"),
        exchange: str = "auto",
        featuresCol: str = "features",
        gradients: str = "float32",
        handleInvalid: str = "error",
        keep: str = "auto",
        labelCol: str = "label",
        labelSmoothing: float = 0.0,
        layers: Optional[List[int]] = None,
        learningRate: float = 0.01,
        maxEpochs: int = 10,
        momentum: float = 0.0,
        nesterov: bool = False,
        network: Optional[str] = None,
        normalizeMean: float = 0.0,
        normalizeStd: float = 1.0,
        optimizer: str = "sgd",
        patience: int = 0,
        predictionCol: str = "prediction",
        probabilityCol: str = "probability",
        rawPredictionCol: str = "rawPrediction",
        rows: str = "auto",
        schedule: str = "constant",
        seed: int = 42,
        shards: int = 4,
        shuffle: bool = True,
        shuffleBlock: int = 0,
        synchronization: str = "auto",
        thresholds: Optional[List[float]] = None,
        validationFraction: float = 0.0,
        validationIndicatorCol: Optional[str] = None,
        weightCol: Optional[str] = None,
        weightDecay: float = 0.0,
        weightInitializer: str = "kaimingUniform",
        workers: int = 0,
    ) -> None:
        super().__init__()
        self._setDefault(
            augment="none",
            averageEvery=1,
            averageWeights=0.0,
            batchSize=64,
            biasInitializer="kaimingUniform",
            clipNorm=float("inf"),
            exchange="auto",
            gradients="float32",
            keep="auto",
            labelCol="label",
            labelSmoothing=0.0,
            learningRate=0.01,
            maxEpochs=10,
            momentum=0.0,
            nesterov=False,
            normalizeMean=0.0,
            normalizeStd=1.0,
            optimizer="sgd",
            patience=0,
            rows="auto",
            schedule="constant",
            seed=42,
            shards=4,
            shuffle=True,
            shuffleBlock=0,
            synchronization="auto",
            validationFraction=0.0,
            weightDecay=0.0,
            weightInitializer="kaimingUniform",
            workers=0,
        )
        self._java_obj = self._new_stage()
        self._set(**self._given())

    def _new_stage(self) -> Any:
        raise NotImplementedError

    @keyword_only
    def setParams(
        self: C,
        *,
        augment: str = "none",
        averageEvery: int = 1,
        averageWeights: float = 0.0,
        batchSize: int = 64,
        biasInitializer: str = "kaimingUniform",
        checkpointFolder: Optional[str] = None,
        clipNorm: float = float("inf"),
        exchange: str = "auto",
        featuresCol: str = "features",
        gradients: str = "float32",
        handleInvalid: str = "error",
        keep: str = "auto",
        labelCol: str = "label",
        labelSmoothing: float = 0.0,
        layers: Optional[List[int]] = None,
        learningRate: float = 0.01,
        maxEpochs: int = 10,
        momentum: float = 0.0,
        nesterov: bool = False,
        network: Optional[str] = None,
        normalizeMean: float = 0.0,
        normalizeStd: float = 1.0,
        optimizer: str = "sgd",
        patience: int = 0,
        predictionCol: str = "prediction",
        probabilityCol: str = "probability",
        rawPredictionCol: str = "rawPrediction",
        rows: str = "auto",
        schedule: str = "constant",
        seed: int = 42,
        shards: int = 4,
        shuffle: bool = True,
        shuffleBlock: int = 0,
        synchronization: str = "auto",
        thresholds: Optional[List[float]] = None,
        validationFraction: float = 0.0,
        validationIndicatorCol: Optional[str] = None,
        weightCol: Optional[str] = None,
        weightDecay: float = 0.0,
        weightInitializer: str = "kaimingUniform",
        workers: int = 0,
    ) -> C:
        """Sets any number of params."""
        return self._set(**self._given())

    def _given(self) -> Dict[str, Any]:
        given = self._input_kwargs
        return {name: value for name, value in given.items() if value is not None}

    def getAugment(self) -> str:
        """The value of ``augment``, or its default."""
        return self.getOrDefault(self.augment)

    def setAugment(self: C, value: str) -> C:
        """Sets ``augment``."""
        return self._set(augment=value)

    def getAverageEvery(self) -> int:
        """The value of ``averageEvery``, or its default."""
        return self.getOrDefault(self.averageEvery)

    def setAverageEvery(self: C, value: int) -> C:
        """Sets ``averageEvery``."""
        return self._set(averageEvery=value)

    def getAverageWeights(self) -> float:
        """The value of ``averageWeights``, or its default."""
        return self.getOrDefault(self.averageWeights)

    def setAverageWeights(self: C, value: float) -> C:
        """Sets ``averageWeights``."""
        return self._set(averageWeights=value)

    def getBatchSize(self) -> int:
        """The value of ``batchSize``, or its default."""
        return self.getOrDefault(self.batchSize)

    def setBatchSize(self: C, value: int) -> C:
        """Sets ``batchSize``."""
        return self._set(batchSize=value)

    def getBiasInitializer(self) -> str:
        """The value of ``biasInitializer``, or its default."""
        return self.getOrDefault(self.biasInitializer)

    def setBiasInitializer(self: C, value: str) -> C:
        """Sets ``biasInitializer``."""
        return self._set(biasInitializer=value)

    def getCheckpointFolder(self) -> str:
        """The value of ``checkpointFolder``, or its default."""
        return self.getOrDefault(self.checkpointFolder)

    def setCheckpointFolder(self: C, value: str) -> C:
        """Sets ``checkpointFolder``."""
        return self._set(checkpointFolder=value)

    def getClipNorm(self) -> float:
        """The value of ``clipNorm``, or its default."""
        return self.getOrDefault(self.clipNorm)

    def setClipNorm(self: C, value: float) -> C:
        """Sets ``clipNorm``."""
        return self._set(clipNorm=value)

    def getExchange(self) -> str:
        """The value of ``exchange``, or its default."""
        return self.getOrDefault(self.exchange)

    def setExchange(self: C, value: str) -> C:
        """Sets ``exchange``."""
        return self._set(exchange=value)

    def getGradients(self) -> str:
        """The value of ``gradients``, or its default."""
        return self.getOrDefault(self.gradients)

    def setGradients(self: C, value: str) -> C:
        """Sets ``gradients``."""
        return self._set(gradients=value)

    def getKeep(self) -> str:
        """The value of ``keep``, or its default."""
        return self.getOrDefault(self.keep)

    def setKeep(self: C, value: str) -> C:
        """Sets ``keep``."""
        return self._set(keep=value)

    def getLabelCol(self) -> str:
        """The value of ``labelCol``, or its default."""
        return self.getOrDefault(self.labelCol)

    def setLabelCol(self: C, value: str) -> C:
        """Sets ``labelCol``."""
        return self._set(labelCol=value)

    def getLabelSmoothing(self) -> float:
        """The value of ``labelSmoothing``, or its default."""
        return self.getOrDefault(self.labelSmoothing)

    def setLabelSmoothing(self: C, value: float) -> C:
        """Sets ``labelSmoothing``."""
        return self._set(labelSmoothing=value)

    def getLayers(self) -> List[int]:
        """The value of ``layers``, or its default."""
        return self.getOrDefault(self.layers)

    def setLayers(self: C, value: List[int]) -> C:
        """Sets ``layers``."""
        return self._set(layers=value)

    def getLearningRate(self) -> float:
        """The value of ``learningRate``, or its default."""
        return self.getOrDefault(self.learningRate)

    def setLearningRate(self: C, value: float) -> C:
        """Sets ``learningRate``."""
        return self._set(learningRate=value)

    def getMaxEpochs(self) -> int:
        """The value of ``maxEpochs``, or its default."""
        return self.getOrDefault(self.maxEpochs)

    def setMaxEpochs(self: C, value: int) -> C:
        """Sets ``maxEpochs``."""
        return self._set(maxEpochs=value)

    def getMomentum(self) -> float:
        """The value of ``momentum``, or its default."""
        return self.getOrDefault(self.momentum)

    def setMomentum(self: C, value: float) -> C:
        """Sets ``momentum``."""
        return self._set(momentum=value)

    def getNesterov(self) -> bool:
        """The value of ``nesterov``, or its default."""
        return self.getOrDefault(self.nesterov)

    def setNesterov(self: C, value: bool) -> C:
        """Sets ``nesterov``."""
        return self._set(nesterov=value)

    def getNetwork(self) -> str:
        """The value of ``network``, or its default."""
        return self.getOrDefault(self.network)

    def setNetwork(self: C, value: str) -> C:
        """Sets ``network``."""
        return self._set(network=value)

    def getNormalizeMean(self) -> float:
        """The value of ``normalizeMean``, or its default."""
        return self.getOrDefault(self.normalizeMean)

    def setNormalizeMean(self: C, value: float) -> C:
        """Sets ``normalizeMean``."""
        return self._set(normalizeMean=value)

    def getNormalizeStd(self) -> float:
        """The value of ``normalizeStd``, or its default."""
        return self.getOrDefault(self.normalizeStd)

    def setNormalizeStd(self: C, value: float) -> C:
        """Sets ``normalizeStd``."""
        return self._set(normalizeStd=value)

    def getOptimizer(self) -> str:
        """The value of ``optimizer``, or its default."""
        return self.getOrDefault(self.optimizer)

    def setOptimizer(self: C, value: str) -> C:
        """Sets ``optimizer``."""
        return self._set(optimizer=value)

    def getPatience(self) -> int:
        """The value of ``patience``, or its default."""
        return self.getOrDefault(self.patience)

    def setPatience(self: C, value: int) -> C:
        """Sets ``patience``."""
        return self._set(patience=value)

    def getRows(self) -> str:
        """The value of ``rows``, or its default."""
        return self.getOrDefault(self.rows)

    def setRows(self: C, value: str) -> C:
        """Sets ``rows``."""
        return self._set(rows=value)

    def getSchedule(self) -> str:
        """The value of ``schedule``, or its default."""
        return self.getOrDefault(self.schedule)

    def setSchedule(self: C, value: str) -> C:
        """Sets ``schedule``."""
        return self._set(schedule=value)

    def getSeed(self) -> int:
        """The value of ``seed``, or its default."""
        return self.getOrDefault(self.seed)

    def setSeed(self: C, value: int) -> C:
        """Sets ``seed``."""
        return self._set(seed=value)

    def getShards(self) -> int:
        """The value of ``shards``, or its default."""
        return self.getOrDefault(self.shards)

    def setShards(self: C, value: int) -> C:
        """Sets ``shards``."""
        return self._set(shards=value)

    def getShuffle(self) -> bool:
        """The value of ``shuffle``, or its default."""
        return self.getOrDefault(self.shuffle)

    def setShuffle(self: C, value: bool) -> C:
        """Sets ``shuffle``."""
        return self._set(shuffle=value)

    def getShuffleBlock(self) -> int:
        """The value of ``shuffleBlock``, or its default."""
        return self.getOrDefault(self.shuffleBlock)

    def setShuffleBlock(self: C, value: int) -> C:
        """Sets ``shuffleBlock``."""
        return self._set(shuffleBlock=value)

    def getSynchronization(self) -> str:
        """The value of ``synchronization``, or its default."""
        return self.getOrDefault(self.synchronization)

    def setSynchronization(self: C, value: str) -> C:
        """Sets ``synchronization``."""
        return self._set(synchronization=value)

    def getValidationFraction(self) -> float:
        """The value of ``validationFraction``, or its default."""
        return self.getOrDefault(self.validationFraction)

    def setValidationFraction(self: C, value: float) -> C:
        """Sets ``validationFraction``."""
        return self._set(validationFraction=value)

    def getValidationIndicatorCol(self) -> str:
        """The value of ``validationIndicatorCol``, or its default."""
        return self.getOrDefault(self.validationIndicatorCol)

    def setValidationIndicatorCol(self: C, value: str) -> C:
        """Sets ``validationIndicatorCol``."""
        return self._set(validationIndicatorCol=value)

    def getWeightCol(self) -> str:
        """The value of ``weightCol``, or its default."""
        return self.getOrDefault(self.weightCol)

    def setWeightCol(self: C, value: str) -> C:
        """Sets ``weightCol``."""
        return self._set(weightCol=value)

    def getWeightDecay(self) -> float:
        """The value of ``weightDecay``, or its default."""
        return self.getOrDefault(self.weightDecay)

    def setWeightDecay(self: C, value: float) -> C:
        """Sets ``weightDecay``."""
        return self._set(weightDecay=value)

    def getWeightInitializer(self) -> str:
        """The value of ``weightInitializer``, or its default."""
        return self.getOrDefault(self.weightInitializer)

    def setWeightInitializer(self: C, value: str) -> C:
        """Sets ``weightInitializer``."""
        return self._set(weightInitializer=value)

    def getWorkers(self) -> int:
        """The value of ``workers``, or its default."""
        return self.getOrDefault(self.workers)

    def setWorkers(self: C, value: int) -> C:
        """Sets ``workers``."""
        return self._set(workers=value)
