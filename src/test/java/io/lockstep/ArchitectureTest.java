package io.lockstep;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses PROJECT =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.lockstep");

  @Test
  void importer_looksAtTheProject_seesItsClasses() {
    assertTrue(PROJECT.size() > 60, () -> "saw only " + PROJECT.size() + " classes");
    for (String packageName :
        new String[] {"base", "lanes", "linalg", "data", "network", "training"}) {
      assertTrue(
          PROJECT.containPackage("io.lockstep." + packageName), () -> "saw no " + packageName);
    }
  }

  @Test
  void packages_dependencies_pointOneWay() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .withOptionalLayers(true)
        .layer("base")
        .definedBy("io.lockstep.base..")
        .layer("linalg")
        .definedBy("io.lockstep.linalg..")
        .layer("lanes")
        .definedBy("io.lockstep.lanes..")
        .layer("network")
        .definedBy("io.lockstep.network..")
        .layer("data")
        .definedBy("io.lockstep.data")
        .layer("data.spark")
        .definedBy("io.lockstep.data.spark..")
        .layer("training")
        .definedBy("io.lockstep.training..")
        .layer("distributed")
        .definedBy("io.lockstep.distributed..")
        .layer("checkpoint")
        .definedBy("io.lockstep.checkpoint..")
        .layer("evaluation")
        .definedBy("io.lockstep.evaluation..")
        .layer("study")
        .definedBy("io.lockstep.study..")
        .layer("run")
        .definedBy("io.lockstep.run..")
        .layer("faces")
        .definedBy(
            "io.lockstep.model..",
            "io.lockstep.live..",
            "io.lockstep.report..",
            "io.lockstep.notebook..",
            "io.lockstep.export..")
        .layer("cli")
        .definedBy("io.lockstep.cli..")
        .whereLayer("base")
        .mayNotAccessAnyLayer()
        .whereLayer("linalg")
        .mayOnlyAccessLayers("base")
        .whereLayer("lanes")
        .mayOnlyAccessLayers("base")
        .whereLayer("network")
        .mayOnlyAccessLayers("lanes", "base")
        .whereLayer("data")
        .mayOnlyAccessLayers("network", "lanes", "base")
        .whereLayer("data.spark")
        .mayOnlyAccessLayers("data", "network", "base")
        .whereLayer("training")
        .mayOnlyAccessLayers("network", "data", "lanes", "base")
        .whereLayer("distributed")
        .mayOnlyAccessLayers("training", "network", "data", "data.spark", "base")
        .whereLayer("checkpoint")
        .mayOnlyAccessLayers("training", "network", "data", "base")
        .whereLayer("evaluation")
        .mayOnlyAccessLayers("distributed", "training", "network", "data", "data.spark", "base")
        .whereLayer("study")
        .mayOnlyAccessLayers("distributed", "base")
        .whereLayer("run")
        .mayOnlyAccessLayers(
            "evaluation",
            "distributed",
            "checkpoint",
            "training",
            "network",
            "data",
            "lanes",
            "base")
        .whereLayer("faces")
        .mayOnlyAccessLayers(
            "run",
            "study",
            "evaluation",
            "distributed",
            "checkpoint",
            "training",
            "network",
            "data",
            "data.spark",
            "base")
        .whereLayer("cli")
        .mayNotBeAccessedByAnyLayer()
        .check(PROJECT);
  }

  @Test
  void packages_amongThemselves_haveNoCycle() {
    slices().matching("io.lockstep.(**)").should().beFreeOfCycles().check(PROJECT);
  }

  @Test
  void breezeAndNetlib_areUsedByLinalgAlone() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.lockstep.linalg..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("breeze..", "dev.ludovic..", "org.bytedeco..")
        .check(PROJECT);
  }

  @Test
  void vectors_areUsedByTheirKernelsAlone() {
    noClasses()
        .that()
        .haveNameNotMatching("io\\.lockstep\\.lanes\\.Vector.*")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("jdk.incubator..")
        .check(PROJECT);
  }

  @Test
  void onnx_isWrittenByExportAlone() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.lockstep.export..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("ai.onnx..", "com.google.protobuf..")
        .check(PROJECT);
  }

  @Test
  void spark_isUsedByItsPackagesAlone() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "io.lockstep.data.spark..",
            "io.lockstep.distributed..",
            "io.lockstep.checkpoint..",
            "io.lockstep.run..",
            "io.lockstep.live..",
            "io.lockstep.model..",
            "io.lockstep.evaluation..",
            "io.lockstep.report..",
            "io.lockstep.notebook..",
            "io.lockstep.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.spark..", "org.apache.hadoop..")
        .check(PROJECT);
  }

  @Test
  void commandLineLibraries_areUsedByCliAlone() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.lockstep.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("picocli..", "me.tongfei..")
        .check(PROJECT);
  }

  @Test
  void exitingAndPrinting_isDoneByCliAlone() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.lockstep.cli..")
        .should()
        .accessTargetWhere(member(System.class, "exit", "out", "err", "in", "console"))
        .orShould()
        .accessTargetWhere(member(Throwable.class, "printStackTrace"))
        .check(PROJECT);
  }

  @Test
  void environment_isReadByCliAndForTheBlasAdviceAlone() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.lockstep.cli..")
        .and()
        .doNotHaveFullyQualifiedName("io.lockstep.linalg.Blas")
        .should()
        .accessTargetWhere(member(System.class, "getenv"))
        .check(PROJECT);
  }

  @Test
  void forbiddenMembers_lookedForInCli_areFound() {
    // The rules above can fail: cli breaks them.
    classes()
        .that()
        .haveFullyQualifiedName("io.lockstep.cli.Main")
        .should()
        .accessTargetWhere(member(System.class, "exit"))
        .check(PROJECT);
    classes()
        .that()
        .haveFullyQualifiedName("io.lockstep.linalg.Blas")
        .should()
        .accessTargetWhere(member(System.class, "getenv"))
        .check(PROJECT);
  }

  private static DescribedPredicate<JavaAccess<?>> member(Class<?> owner, String... names) {
    Set<String> wanted = Set.of(names);
    return describe(
        owner.getSimpleName() + "." + String.join(", ", names),
        access ->
            access.getTargetOwner().isAssignableTo(owner)
                && wanted.contains(access.getTarget().getName()));
  }
}
