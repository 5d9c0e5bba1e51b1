#include "sema/analyze.h"

#include <utility>

#include "sema/step.h"

namespace flowc::sema {

Analysis analyze(const FileSystem& files, const std::string& main_path, SourceMap& sources,
                 Reporter& reporter) {
  State state{files, sources, reporter};
  import_files(state, main_path);
  declare_names(state);
  refuse_not_lowered(state);
  resolve_types(state);
  check_recursion(state);
  lower_channels(state);
  lower_handlers(state);
  lower_services(state);
  lower_deployments(state);
  report_unused_imports(state);

  Analysis analysis;
  for (SourceFile& file : state.files) analysis.files.push_back(std::move(file.syntax));
  analysis.draft = std::move(state.draft);
  return analysis;
}

}  // namespace flowc::sema
