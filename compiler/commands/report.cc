#include "commands/report.h"

#include <llvm/Support/raw_ostream.h>

#include "commands/compile.h"
#include "commands/version.h"
#include "diagnostics/render_github.h"
#include "diagnostics/render_json.h"
#include "diagnostics/render_sarif.h"

namespace flowc {

namespace cl = llvm::cl;

ReportOptions::ReportOptions(cl::SubCommand& command)
    : format_("format", cl::desc("How to report:"), cl::init(Format::text), cl::sub(command),
              cl::values(clEnumValN(Format::text, "text", "for people, on standard error"),
                         clEnumValN(Format::json, "json", "for programs, on standard output"),
                         clEnumValN(Format::sarif, "sarif", "SARIF 2.1.0, for code scanning"),
                         clEnumValN(Format::github, "github", "annotations of GitHub Actions"))),
      werror_("werror", cl::desc("Fail on warnings too"), cl::sub(command)) {}

void ReportOptions::print(const Reporter& reporter, const SourceMap& sources,
                          const Environment& environment) const {
  switch (format_) {
    case Format::text:
      print_diagnostics(reporter, sources, environment.err, environment.colour);
      return;
    case Format::json:
      environment.out << render_json(reporter.diagnostics(), sources);
      return;
    case Format::sarif:
      environment.out << render_sarif(reporter.diagnostics(), sources, kVersion);
      return;
    case Format::github:
      environment.out << render_github(reporter.diagnostics(), sources);
      return;
  }
}

bool ReportOptions::fails(const Reporter& reporter) const {
  return reporter.has_errors() || (werror_ && !reporter.diagnostics().empty());
}

}  // namespace flowc
