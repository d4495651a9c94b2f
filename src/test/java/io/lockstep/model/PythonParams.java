package io.lockstep.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/** Writes Python's params out of Java's: names, types, defaults and docs have one home. */
final class PythonParams {
  private static final int LINE = 96;

  /** Python's name and PySpark's converter of a kind of param. */
  private record Type(String name, String converter) {}

  private static final Type TEXT = new Type("str", "toString");
  private static final Map<Class<?>, Type> TYPES =
      Map.of(
          BooleanParam.class, new Type("bool", "toBoolean"),
          DoubleParam.class, new Type("float", "toFloat"),
          IntParam.class, new Type("int", "toInt"),
          LongParam.class, new Type("int", "toInt"),
          DoubleArrayParam.class, new Type("List[float]", "toListFloat"),
          IntArrayParam.class, new Type("List[int]", "toListInt"));

  private final StringBuilder out = new StringBuilder();

  private PythonParams() {}

  /** The whole module. */
  static String module() {
    NeuralNetworkClassifier classifier = new NeuralNetworkClassifier();
    Params model = new NeuralNetworkClassificationModel();
    Map<Boolean, List<Param<?>>> params =
        Arrays.<Param<?>>stream(classifier.params())
            .collect(Collectors.partitioningBy(param -> model.hasParam(param.name())));
    List<Param<?>> shared = params.get(true);
    List<Param<?>> own = params.get(false);
    PythonParams module = new PythonParams();
    module.line("\"\"\"The params of the stages. Written by PythonTest out of Java's: don't edit.");
    module.line("");
    module.line("Each has Java's name, default and doc. The seed is a param of its own: PySpark's");
    module.line("HasSeed has another default in each process, which would win over Java's.");
    module.line("\"\"\"");
    module.line("");
    module.line("from typing import Any, Dict, List, Optional, TypeVar");
    module.line("");
    module.line("from pyspark import keyword_only");
    module.line("from pyspark.ml.param import Param, Params, TypeConverters");
    module.line("");
    module.line("P = TypeVar(\"P\", bound=\"PredictionParams\")");
    module.line("C = TypeVar(\"C\", bound=\"ClassifierParams\")");
    module.line("");
    module.line("");
    module.line("class PredictionParams(Params):");
    module.line("    \"\"\"The params that the classifier and its model share.\"\"\"");
    module.line("");
    module.declare(shared);
    module.line("");
    module.line("    def __init__(self, *args: Any) -> None:");
    module.line("        super().__init__(*args)");
    module.defaults(classifier, shared);
    module.accessors("P", shared);
    module.line("");
    module.line("");
    module.line("class ClassifierParams(PredictionParams):");
    module.line(
        "    \"\"\"The params of the classifier, as attributes and as keyword arguments.\"\"\"");
    module.line("");
    module.line("    _input_kwargs: Dict[str, Any]");
    module.declare(own);
    module.constructor(classifier, own);
    module.accessors("C", own);
    return module.out.toString();
  }

  private void line(String text) {
    out.append(text).append('\n');
  }

  private void declare(List<Param<?>> params) {
    for (Param<?> param : params) {
      line(String.format("    %s: \"Param[%s]\" = Param(", param.name(), type(param).name()));
      line("        Params._dummy(),");
      line("        \"" + param.name() + "\",");
      text(param.doc());
      line("        typeConverter=TypeConverters." + type(param).converter() + ",");
      line("    )");
    }
  }

  /** A string literal, in pieces that fit their lines. */
  private void text(String text) {
    List<String> pieces = new ArrayList<>();
    String rest = text;
    while (rest.length() > LINE - 10) {
      int space = rest.lastIndexOf(' ', LINE - 10);
      pieces.add(rest.substring(0, space + 1));
      rest = rest.substring(space + 1);
    }
    pieces.add(rest);
    for (int i = 0; i < pieces.size(); i++) {
      boolean last = i == pieces.size() - 1;
      line("        " + literal(pieces.get(i)) + (last ? "," : ""));
    }
  }

  private void defaults(Params stage, List<Param<?>> params) {
    line("        self._setDefault(");
    for (Param<?> param : params) {
      if (stage.hasDefault(param)) {
        line(String.format("            %s=%s,", param.name(), literal(stage.getOrDefault(param))));
      }
    }
    line("        )");
  }

  private void constructor(Params stage, List<Param<?>> own) {
    line("");
    line("    @keyword_only");
    line("    def __init__(");
    keywords("self", stage);
    line("    ) -> None:");
    line("        super().__init__()");
    defaults(stage, own);
    line("        self._java_obj = self._new_stage()");
    line("        self._set(**self._given())");
    line("");
    line("    def _new_stage(self) -> Any:");
    line("        raise NotImplementedError");
    line("");
    line("    @keyword_only");
    line("    def setParams(");
    keywords("self: C", stage);
    line("    ) -> C:");
    line("        \"\"\"Sets any number of params.\"\"\"");
    line("        return self._set(**self._given())");
    line("");
    line("    def _given(self) -> Dict[str, Any]:");
    line("        given = self._input_kwargs");
    line("        return {name: value for name, value in given.items() if value is not None}");
  }

  /** Every param as a keyword argument; one without a default is not set unless it is given. */
  private void keywords(String self, Params stage) {
    line("        " + self + ",");
    line("        *,");
    for (Param<?> param : stage.params()) {
      String type = type(param).name();
      line(
          stage.hasDefault(param)
              ? String.format(
                  "        %s: %s = %s,", param.name(), type, literal(stage.getOrDefault(param)))
              : String.format("        %s: Optional[%s] = None,", param.name(), type));
    }
  }

  private void accessors(String self, List<Param<?>> params) {
    for (Param<?> param : params) {
      String name = param.name();
      String upper = name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
      String type = type(param).name();
      line("");
      line(String.format("    def get%s(self) -> %s:", upper, type));
      line(String.format("        \"\"\"The value of ``%s``, or its default.\"\"\"", name));
      line(String.format("        return self.getOrDefault(self.%s)", name));
      line("");
      line(String.format("    def set%s(self: %s, value: %s) -> %s:", upper, self, type, self));
      line(String.format("        \"\"\"Sets ``%s``.\"\"\"", name));
      line(String.format("        return self._set(%s=value)", name));
    }
  }

  private static Type type(Param<?> param) {
    return TYPES.getOrDefault(param.getClass(), TEXT);
  }

  /** {@code value} as Python writes it. */
  private static String literal(Object value) {
    if (value instanceof String text) {
      return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
    if (value instanceof Boolean flag) {
      return flag ? "True" : "False";
    }
    return value.equals(Double.POSITIVE_INFINITY) ? "float(\"inf\")" : value.toString();
  }
}
