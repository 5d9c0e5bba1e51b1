#include <llvm/Support/CommandLine.h>
#include <llvm/Support/raw_ostream.h>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "commands/command.h"
#include "commands/compile.h"
#include "commands/explain_deploy.h"
#include "commands/explain_process.h"
#include "commands/explain_retries.h"
#include "commands/explain_text.h"
#include "diagnostics/catalog.h"
#include "diagnostics/diagnostic.h"
#include "diagnostics/suggest.h"

namespace flowc {
namespace {

namespace cl = llvm::cl;

/// What of a program can be explained.
struct Subject {
  std::string_view word;
  std::optional<std::string> (*text)(const model::Program&, const std::string&, const SourceMap&);
  std::vector<std::string> (*names)(const model::Program&);
};

template <model::ComponentKind kind>
std::vector<std::string> names_of(const model::Program& program) {
  return process_names(program, kind);
}

std::optional<std::string> explain_all_risks(const model::Program& program, const std::string&,
                                             const SourceMap& sources) {
  return explain_risks(program, sources);
}

std::vector<std::string> no_names(const model::Program&) {
  return {};
}

constexpr std::array kSubjects{
    Subject{"channel", explain_channel, channel_names},
    Subject{"endpoint", explain_endpoint, endpoint_ids},
    Subject{"message", explain_message, message_names},
    Subject{"service", explain_service, service_names},
    Subject{"deploy", explain_deployment, deployment_names},
    Subject{"risks", explain_all_risks, no_names},
    Subject{"step", explain_step, names_of<model::ComponentKind::steps>},
    Subject{"orchestrator", explain_orchestrator, names_of<model::ComponentKind::orchestrator>},
    Subject{"saga", explain_saga, names_of<model::ComponentKind::saga>},
};

const Subject* explains(std::string_view word) {
  for (const Subject& subject : kSubjects) {
    if (subject.word == word) return &subject;
  }
  return nullptr;
}

class ExplainCommand final : public Command {
 public:
  std::string name() const override { return command_.getName().str(); }
  bool chosen() const override { return static_cast<bool>(command_); }

  ExitCode run(const Environment& environment) override {
    if (explains(subject_)) return of_program(environment);
    if (!name_.empty() || !file_.empty()) return usage(environment);
    const auto id = id_of(subject_);
    if (!id) return unknown(environment);
    const std::string_view page = catalog_page(*id);
    if (page.empty()) {
      environment.err << "flowc: there is no diagnostic " << code_of(*id) << '\n';
      return ExitCode::usage;
    }
    environment.out << llvm::StringRef(page.data(), page.size());
    return ExitCode::ok;
  }

 private:
  static ExitCode usage(const Environment& environment) {
    environment.err
        << "flowc: explain one of: `FL0201`, `unused_record`, and of `--file FILE` `channel NAME`, "
           "`endpoint ID`, `message NAME`, `step NAME`, `orchestrator NAME`, `saga NAME`, "
           "`risks`\n";
    return ExitCode::usage;
  }

  static std::optional<unsigned> id_of(const std::string& subject) {
    const Definition* named = find_definition(subject);
    return named != nullptr ? named->id : parse_code(subject);
  }

  ExitCode unknown(const Environment& environment) const {
    std::vector<std::string> names = warning_names();
    for (std::string& rule : evolution_rule_names()) names.push_back(std::move(rule));
    const std::vector<std::string> similar = suggest(subject_, names);
    if (similar.size() != 1) return usage(environment);
    environment.err << "flowc: nothing is named `" << subject_ << "`; did you mean `"
                    << similar.front() << "`?\n";
    return ExitCode::usage;
  }

  ExitCode of_program(const Environment& environment) const {
    // Risks are of the whole program; everything else has a name.
    if (name_.empty() != (subject_ == "risks") || file_.empty()) return usage(environment);
    SourceMap sources;
    Reporter reporter;
    const Compilation compilation =
        compile(environment.files, file_, sources, reporter, Against::nothing);
    if (!compilation.program) {
      print_diagnostics(reporter, sources, environment.err, environment.colour);
      return ExitCode::errors;
    }
    const model::Program& program = *compilation.program;
    const auto text = explains(subject_)->text(program, name_, sources);
    if (text) {
      environment.out << *text;
      return ExitCode::ok;
    }
    environment.err << "flowc: " << file_ << " has no " << subject_ << " `" << name_ << '`';
    const std::vector<std::string> similar = suggest(name_, explains(subject_)->names(program));
    if (similar.size() == 1) environment.err << "; did you mean `" << similar.front() << "`?";
    environment.err << '\n';
    return ExitCode::errors;
  }

  cl::SubCommand command_{"explain", "Explain a diagnostic, or a part of a program"};
  cl::opt<std::string> subject_{
      cl::Positional, cl::Required,
      cl::desc("FLnnnn | WARNING | channel NAME | endpoint ID | message "
               "NAME | step NAME | orchestrator NAME | saga NAME | service NAME | "
               "deploy NAME | risks"),
      cl::sub(command_)};
  cl::opt<std::string> name_{cl::Positional, cl::sub(command_)};
  cl::opt<std::string> file_{"file", cl::value_desc("FILE"),
                             cl::desc("The program of what is named"), cl::sub(command_)};
};

}  // namespace

std::unique_ptr<Command> make_explain_command() {
  return std::make_unique<ExplainCommand>();
}

}  // namespace flowc
