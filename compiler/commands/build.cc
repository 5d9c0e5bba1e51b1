#include <llvm/Support/CommandLine.h>
#include <llvm/Support/raw_ostream.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "commands/command.h"
#include "commands/compile.h"
#include "commands/report.h"
#include "diagnostics/suggest.h"
#include "emit/emit.h"
#include "emit/output_plan.h"

namespace flowc {
namespace {

namespace cl = llvm::cl;

class BuildCommand final : public Command {
 public:
  std::string name() const override { return command_.getName().str(); }
  bool chosen() const override { return static_cast<bool>(command_); }

  ExitCode run(const Environment& environment) override {
    if (directory_.empty()) {
      environment.err << "flowc: `flowc build` needs `--out DIR`, where to write the C++\n";
      return ExitCode::usage;
    }
    SourceMap sources;
    Reporter reporter;
    const Compilation compilation = compile(environment.files, file_, sources, reporter);
    report_.print(reporter, sources, environment);
    if (!compilation.program || report_.fails(reporter)) return ExitCode::errors;
    if (!service_exists(*compilation.program, environment)) return ExitCode::usage;
    return write(compilation, environment);
  }

 private:
  bool service_exists(const model::Program& program, const Environment& environment) const {
    if (service_.empty()) return true;
    std::vector<std::string> names;
    for (const model::Service& service : program.services) names.push_back(service.name);
    if (std::find(names.begin(), names.end(), service_) != names.end()) return true;
    environment.err << "flowc: " << file_ << " declares no service `" << service_ << '`';
    const std::vector<std::string> similar = suggest(service_, names);
    if (similar.size() == 1) environment.err << "; did you mean `" << similar.front() << "`?";
    environment.err << '\n';
    return false;
  }

  ExitCode write(const Compilation& compilation, const Environment& environment) const {
    const EmitOptions options{"", service_};
    std::vector<OutputFile> outputs = emit_cpp(*compilation.program, options);
    for (OutputFile& map : emit_service_maps(*compilation.program, options)) {
      outputs.push_back(std::move(map));
    }
    auto error = write_outputs(directory_, outputs);
    if (!error && !depfile_.empty() && !outputs.empty()) {
      // A dependency file has one target: the main file's source, which is what flow_generate()
      // names.
      const auto source =
          std::find_if(outputs.begin(), outputs.end(),
                       [](const OutputFile& output) { return output.path.ends_with(".cc"); });
      const std::string target =
          directory_ + "/" + (source == outputs.end() ? outputs.front() : *source).path;
      error = write_output(depfile_, depfile_text(target, compilation.files));
    }
    if (!error) {
      if (const std::size_t count = compilation.program->scenarios.size(); count > 0)
        environment.err << "flowc: " << file_ << " has " << count
                        << (count == 1 ? " scenario, which is" : " scenarios, which are")
                        << " checked and not run: this version makes no tests of scenarios\n";
      return ExitCode::ok;
    }
    environment.err << "flowc: cannot write " << error->path << ": " << error->detail << '\n';
    return ExitCode::errors;
  }

  cl::SubCommand command_{"build", "Generate the C++ of a program"};
  cl::opt<std::string> file_{cl::Positional, cl::Required, cl::desc("FILE"), cl::sub(command_)};
  // Not cl::Required, which would have LLVM say that it is missing.
  cl::opt<std::string> directory_{"out", cl::value_desc("DIR"), cl::desc("Where to write the C++"),
                                  cl::sub(command_)};
  cl::alias short_directory_{"o", cl::aliasopt(directory_), cl::NotHidden,
                             cl::desc("Alias for --out")};
  cl::opt<std::string> service_{"service", cl::value_desc("NAME"), cl::sub(command_),
                                cl::desc("Generate this service alone (default: all of them)")};
  cl::opt<std::string> depfile_{
      "depfile", cl::value_desc("FILE"), cl::sub(command_),
      cl::desc("Write the files read as a dependency file for make and Ninja")};
  ReportOptions report_{command_};
};

}  // namespace

std::unique_ptr<Command> make_build_command() {
  return std::make_unique<BuildCommand>();
}

}  // namespace flowc
