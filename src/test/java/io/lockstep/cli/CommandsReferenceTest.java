package io.lockstep.cli;

import io.lockstep.Written;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** {@code submit/README.md} lists the options of every command, as {@code --help} does. */
class CommandsReferenceTest {
  @Test
  void readme_listsEveryOption() throws IOException {
    String commands =
        new CommandLine(new Main())
            .getSubcommands().values().stream()
                .map(command -> section(command.getCommandSpec()))
                .collect(Collectors.joining("\n"));

    new Written(Path.of("submit", "README.md"), getClass()).assertPart("commands", commands);
  }

  private static String section(CommandSpec command) {
    List<List<String>> rows = new ArrayList<>();
    command.positionalParameters().forEach(each -> rows.add(row(each.paramLabel(), each)));
    for (OptionSpec option : command.options()) {
      if (!option.usageHelp() && !option.versionHelp()) {
        boolean flag = option.arity().max() == 0;
        String name = option.longestName();
        rows.add(row(flag ? name : name + " " + option.paramLabel(), option));
      }
    }
    return String.format(
        "### submit/%s.sh%n%n%s%n%n%s",
        command.name(),
        Written.plain(String.join(" ", command.usageMessage().description())),
        Written.table(List.of("argument", "what it does"), rows));
  }

  private static List<String> row(String name, ArgSpec argument) {
    String required = argument.required() ? " Required." : "";
    return List.of(
        Written.code(name), Written.plain(String.join(" ", argument.description())) + required);
  }
}
