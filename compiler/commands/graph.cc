#include <llvm/Support/CommandLine.h>
#include <llvm/Support/raw_ostream.h>

#include <algorithm>
#include <string>
#include <vector>

#include "commands/command.h"
#include "commands/compile.h"
#include "commands/word_option.h"
#include "diagnostics/suggest.h"
#include "emit/output_plan.h"
#include "graph/around.h"
#include "graph/render.h"

namespace flowc {
namespace {

namespace cl = llvm::cl;

enum class GraphForm { dot, mermaid, json };

class GraphCommand final : public Command {
 public:
  std::string name() const override { return command_.getName().str(); }
  bool chosen() const override { return static_cast<bool>(command_); }

  ExitCode run(const Environment& environment) override {
    SourceMap sources;
    Reporter reporter;
    const Compilation compilation =
        compile(environment.files, file_, sources, reporter, Against::nothing);
    if (!compilation.program) {
      print_diagnostics(reporter, sources, environment.err, environment.colour);
      return ExitCode::errors;
    }
    graph::Graph graph = graph::graph_of(*compilation.program, sources);
    if (!name_.empty()) {
      const std::vector<std::string> found = graph::meanings(graph, name_);
      if (found.size() != 1) return unclear(graph, found, environment);
      graph = graph::around(graph, found.front());
    }
    const std::string text = in_form(graph);
    if (output_.empty()) {
      environment.out << text;
      return ExitCode::ok;
    }
    const auto error = write_output(output_, text);
    if (!error) return ExitCode::ok;
    environment.err << "flowc: cannot write " << error->path << ": " << error->detail << '\n';
    return ExitCode::errors;
  }

 private:
  std::string in_form(const graph::Graph& graph) const {
    switch (form_) {
      case GraphForm::dot:
        return graph::to_dot(graph);
      case GraphForm::mermaid:
        return graph::to_mermaid(graph);
      case GraphForm::json:
        return graph::to_json(graph);
    }
    return {};
  }

  ExitCode unclear(const graph::Graph& graph, const std::vector<std::string>& found,
                   const Environment& environment) const {
    if (!found.empty()) {
      environment.err << "flowc: `" << name_ << "` may be " << one_of(found) << ": say which\n";
      return ExitCode::errors;
    }
    std::vector<std::string> names;
    for (const graph::Subject& subject : graph::subjects(graph)) {
      names.insert(names.end(), subject.full.begin(), subject.full.end());
      names.push_back(subject.brief);
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    environment.err << "flowc: " << file_ << " has nothing named `" << name_ << '`';
    const std::vector<std::string> similar = suggest(name_, names);
    if (!similar.empty()) environment.err << "; did you mean " << one_of(similar) << '?';
    environment.err << '\n';
    return ExitCode::errors;
  }

  static std::string one_of(const std::vector<std::string>& names) {
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (i > 0) text += i + 1 == names.size() ? " or " : ", ";
      text += '`' + names[i] + '`';
    }
    return text;
  }

  cl::SubCommand command_{"graph", "Draw the topology, whole or around one name"};
  cl::opt<std::string> file_{cl::Positional, cl::Required, cl::desc("FILE"), cl::sub(command_)};
  cl::opt<std::string> name_{cl::Positional, cl::desc("[NAME]"), cl::sub(command_)};
  WordOption<GraphForm> form_{
      "format", cl::desc("In which form:"), cl::init(GraphForm::dot), cl::sub(command_),
      cl::values(clEnumValN(GraphForm::dot, "dot", "for Graphviz: `dot -Tsvg` makes a picture"),
                 clEnumValN(GraphForm::mermaid, "mermaid", "a flowchart for Markdown"),
                 clEnumValN(GraphForm::json, "json", "for programs"))};
  cl::opt<std::string> output_{"out", cl::value_desc("FILE"), cl::sub(command_),
                               cl::desc("Where to write it (default: standard output)")};
  cl::alias short_output_{"o", cl::aliasopt(output_), cl::NotHidden, cl::desc("Alias for --out")};
};

}  // namespace

std::unique_ptr<Command> make_graph_command() {
  return std::make_unique<GraphCommand>();
}

}  // namespace flowc
