#include "sema/analyze.h"

#include <utility>

#include "sema/step.h"

namespace flowc::sema {

Analysis analyze(const FileSystem& files, const std::string& main_path, SourceMap& sources,
                 Reporter& reporter) {
  State state{files, sources, reporter};
  import_files(state, main_path);
  declare_names(state);
  resolve_types(state);
  check_recursion(state);
  mark_records(state);
  lower_versions(state);
  lower_channels(state);
  lower_publishers(state);
  lower_handlers(state);
  lower_steps(state);
  lower_sagas(state);
  lower_orchestrators(state);
  lower_forwards(state);
  lower_translators(state);
  lower_services(state);
  lower_deployments(state);
  lower_scenarios(state);
  report_unused_imports(state);

  Analysis analysis;
  for (SourceFile& file : state.files) analysis.files.push_back(std::move(file.syntax));
  analysis.draft = std::move(state.draft);
  return analysis;
}

}  // namespace flowc::sema
