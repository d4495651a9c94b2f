"""Imports the package and makes its stages, over a stand-in for the little of PySpark they use.

It finds a name that is misspelt and a module that is not registered; PySpark itself it is not.
"""

import functools
import sys
import types


def module(name, **members):
    made = types.ModuleType(name)
    made.__dict__.update(members)
    sys.modules[name] = made


def keyword_only(function):
    @functools.wraps(function)
    def wrapper(self, *args, **kwargs):
        if args:
            raise TypeError("Method %s forces keyword arguments." % function.__name__)
        self._input_kwargs = kwargs
        return function(self, **kwargs)

    return wrapper


class Param:
    def __init__(self, parent, name, doc, typeConverter):
        self.name = name
        self.doc = doc
        self.convert = typeConverter


class Params:
    def __init__(self):
        self.uid = "uid"
        self._paramMap = {}
        self._defaultParamMap = {}

    @staticmethod
    def _dummy():
        return None

    def _set(self, **values):
        for name, value in values.items():
            param = getattr(self, name)
            self._paramMap[param] = param.convert(value)
        return self

    def _setDefault(self, **values):
        for name, value in values.items():
            param = getattr(self, name)
            self._defaultParamMap[param] = param.convert(value)

    def getOrDefault(self, param):
        return self._paramMap.get(param, self._defaultParamMap.get(param))


class TypeConverters:
    toString = staticmethod(str)
    toFloat = staticmethod(float)
    toInt = staticmethod(int)
    toBoolean = staticmethod(bool)
    toListInt = staticmethod(lambda values: [int(value) for value in values])
    toListFloat = staticmethod(lambda values: [float(value) for value in values])


class JavaWrapper(Params):
    def __init__(self, java_obj=None):
        super().__init__()
        self._java_obj = java_obj

    def _call_java(self, name, *args):
        return {"toString": "a model of Java", "numClasses": 10}[name]

    @staticmethod
    def _new_java_obj(java_class, *args):
        return (java_class,) + args


class JavaEstimator(JavaWrapper):
    def fit(self, rows):
        return self._create_model("java")


class JavaModel(JavaWrapper):
    def transform(self, rows):
        return rows + ["prediction"]


class JavaMLWritable:
    pass


class JavaMLReadable:
    pass


module("pyspark", keyword_only=keyword_only)
module("pyspark.ml")
module("pyspark.ml.linalg", Vector=object)
module("pyspark.ml.param", Param=Param, Params=Params, TypeConverters=TypeConverters)
module("pyspark.ml.util", JavaMLReadable=JavaMLReadable, JavaMLWritable=JavaMLWritable)
module(
    "pyspark.ml.wrapper",
    JavaEstimator=JavaEstimator,
    JavaModel=JavaModel,
    JavaWrapper=JavaWrapper,
)
module("pyspark.sql", DataFrame=object)

sys.path.insert(0, "src/main/python")
from lockstep import NeuralNetworkClassificationModel, NeuralNetworkClassifier  # noqa: E402

classifier = NeuralNetworkClassifier(layers=[784, 10], learningRate=1, seed=7)
assert classifier._java_obj == ("io.lockstep.model.NeuralNetworkClassifier", "uid")
assert classifier.getLayers() == [784, 10]
assert classifier.getLearningRate() == 1.0
assert classifier.getSeed() == 7
assert classifier.getClipNorm() == float("inf")
assert NeuralNetworkClassifier().setMaxEpochs(3).setParams(batchSize=9).getBatchSize() == 9
assert NeuralNetworkClassifier(network=None)._paramMap == {}

model = classifier._create_model("java")
assert isinstance(model, NeuralNetworkClassificationModel)
assert model.setPredictionCol("p").getPredictionCol() == "p"
assert model.getFeaturesCol() == "features"
assert (model.numClasses, repr(model)) == (10, "a model of Java")

# The README's example.
with open("README.md") as readme:
    example = {"train": ["row"], "test": ["row"]}
    exec(readme.read().split("```python\n")[1].split("```")[0], example)
assert example["model"].numClasses == 10
assert example["predictions"] == ["row", "prediction"]

# How PySpark goes from a Java class to the Python one, and back.
found = __import__("io.lockstep.model", fromlist=["NeuralNetworkClassifier"])
assert found.NeuralNetworkClassifier is NeuralNetworkClassifier
for stage in (NeuralNetworkClassifier, NeuralNetworkClassificationModel):
    assert stage.__module__ + "." + stage.__name__ == "io.lockstep.model." + stage.__name__

print("ok")
