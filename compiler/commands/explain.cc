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
#include "diagnostics/listing.h"
#include "diagnostics/suggest.h"
#include "lock/rules.h"

namespace flowc {
namespace {

namespace cl = llvm::cl;

/// What of a program can be explained.
struct Subject {
  std::string_view word;
  std::string_view which;  ///< what is written behind it
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
    Subject{"channel", "NAME", explain_channel, channel_names},
    Subject{"endpoint", "ID", explain_endpoint, endpoint_ids},
    Subject{"message", "NAME", explain_message, message_names},
    Subject{"service", "NAME", explain_service, service_names},
    Subject{"deploy", "NAME", explain_deployment, deployment_names},
    Subject{"publisher", "NAME", explain_publisher, publisher_names},
    Subject{"risks", "", explain_all_risks, no_names},
    Subject{"step", "NAME", explain_step, names_of<model::ComponentKind::steps>},
    Subject{"orchestrator", "NAME", explain_orchestrator,
            names_of<model::ComponentKind::orchestrator>},
    Subject{"saga", "NAME", explain_saga, names_of<model::ComponentKind::saga>},
};

/// A rule of change that is no error.
const lock::Rule* rule_without_page(std::string_view name) {
  for (const lock::Rule& rule : lock::rules())
    if (!rule.breaking() && rule.name == name) return &rule;
  return nullptr;
}

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
    const auto id = id_of(subject_);
    const lock::Rule* rule = id ? nullptr : rule_without_page(subject_);
    if (!id && rule == nullptr) return unknown(environment);
    if (!name_.empty() || !file_.empty())
      return usage(environment, "the page of `" + subject_ + "` is of no program", subject_);
    if (rule != nullptr) {
      environment.out << "# " << subject_
                      << ": a change that only `flowc diff` tells of\n\nNo error, of the category "
                      << lock::to_string(rule->category) << ": " << std::string(rule->purpose)
                      << ".\n";
      return ExitCode::ok;
    }
    const std::string_view page = catalog_page(*id);
    if (page.empty()) {
      environment.err << "flowc: there is no diagnostic " << code_of(*id) << '\n';
      return ExitCode::usage;
    }
    environment.out << llvm::StringRef(page.data(), page.size());
    return ExitCode::ok;
  }

 private:
  static ExitCode usage(const Environment& environment, const std::string& why,
                        const std::string& right) {
    environment.err << "flowc: " << why << ": `flowc explain " << right << "`\n";
    return ExitCode::usage;
  }

  static std::optional<unsigned> id_of(const std::string& subject) {
    const Definition* named = find_definition(subject);
    return named != nullptr ? named->id : parse_code(subject);
  }

  ExitCode unknown(const Environment& environment) const {
    std::vector<std::string> names = warning_names();
    for (const lock::Rule& rule : lock::rules()) names.emplace_back(rule.name);
    for (const Subject& subject : kSubjects) names.emplace_back(subject.word);
    environment.err << "flowc: nothing is named `" << subject_ << '`';
    const std::vector<std::string> similar = suggest(subject_, names);
    if (similar.size() == 1) {
      environment.err << "; did you mean `" << similar.front() << "`?\n";
      return ExitCode::usage;
    }
    environment.err << "; explained are codes (`FL0201`), names of warnings and of rules "
                       "(`unused_record`, `field_removed`), and of a program, with `--file FILE`:";
    for (const Subject& subject : kSubjects) {
      environment.err << (&subject == &kSubjects.front() ? " `" : ", `")
                      << std::string(subject.word) << (subject.which.empty() ? "" : " ")
                      << std::string(subject.which) << '`';
    }
    environment.err << '\n';
    return ExitCode::usage;
  }

  /// Risks are of the whole program; everything else has a name.
  ExitCode of_program(const Environment& environment) const {
    const std::string which{explains(subject_)->which};
    std::string right = subject_;
    if (!which.empty()) right += ' ' + (name_.empty() ? which : name_.getValue());
    right += " --file " + (file_.empty() ? "FILE" : file_.getValue());
    if (which.empty() && !name_.empty())
      return usage(environment, '`' + subject_ + "` are of a whole program", right);
    if (!which.empty() && name_.empty()) return usage(environment, "say which " + subject_, right);
    if (file_.empty()) return usage(environment, "say of which program", right);
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
    not_found(explains(subject_)->names(program), environment);
    return ExitCode::errors;
  }

  void not_found(const std::vector<std::string>& names, const Environment& environment) const {
    // A step, whose group was left out.
    std::vector<std::string> meant;
    for (const std::string& name : names)
      if (name.ends_with('.' + name_)) meant.push_back('`' + name + '`');
    if (meant.size() > 1) {
      environment.err << "flowc: `" << name_ << "` may be " << listing(meant, "or")
                      << ": say which\n";
      return;
    }
    std::vector<std::string> similar = suggest(name_, names);
    const bool likely = similar.size() == 1;
    if (!likely) similar = names;
    for (std::string& name : similar) name = '`' + name + '`';
    environment.err << "flowc: " << file_ << " has no " << subject_ << " `" << name_ << "`; ";
    if (likely) {
      environment.err << "did you mean " << similar.front() << "?\n";
    } else {
      environment.err << "it has " << (names.empty() ? "none" : listing(similar, "and")) << '\n';
    }
  }

  cl::SubCommand command_{"explain", "Explain a diagnostic, or a part of a program"};
  cl::opt<std::string> subject_{
      cl::Positional, cl::Required,
      cl::desc("FLnnnn | WARNING | channel NAME | endpoint ID | message "
               "NAME | step NAME | orchestrator NAME | saga NAME | service NAME | "
               "deploy NAME | publisher NAME | risks"),
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
