#include "commands/locking.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "diagnostics/catalog.h"
#include "diagnostics/suggest.h"
#include "lock/evolution.h"
#include "lock/text.h"

namespace flowc {
namespace {

/// The rule that a misspelled name means: the change it is about is no second mistake.
std::string rule_meant(const std::string& written) {
  std::vector<std::string> names = evolution_rule_names();
  for (std::string& warning : warning_names()) names.push_back(std::move(warning));
  if (std::find(names.begin(), names.end(), written) != names.end()) return written;
  const std::optional<unsigned> id = parse_code(written);
  const Definition* coded = id ? find_definition(*id) : nullptr;
  if (coded != nullptr) return std::string(coded->name);
  const std::vector<std::string> similar = suggest(written, names);
  return similar.size() == 1 ? similar.front() : written;
}

std::vector<lock::Allow> allows_of(const std::vector<std::unique_ptr<ast::File>>& syntax) {
  std::vector<lock::Allow> allows;
  for (const auto& file : syntax) {
    for (const ast::Allow& allow : file->allows) {
      const std::string rule = rule_meant(allow.rule.text);
      allows.push_back({rule, allow.target ? allow.target->text() : std::string{},
                        allow.reason ? allow.reason->value : std::string{}, allow.rule.span,
                        allow.span, rule != allow.rule.text});
    }
  }
  return allows;
}

/// A program of another name may be the same one, renamed, if it keeps what the lock promises.
bool is_of_another(const lock::Lock& before, const lock::Lock& after,
                   const std::vector<lock::Allow>& allows) {
  if (before.main.empty() || before.main == after.main) return false;
  Reporter unheard;
  lock::check_evolution(&before, after, allows, unheard);
  return unheard.has_errors();
}

std::string fault_text(const FileError& error) {
  switch (error.fault) {
    case FileFault::directory:
      return "it is a directory";
    case FileFault::not_regular:
      return "it is no regular file";
    case FileFault::too_large:
      return "it is larger than " + std::to_string(limits::kFileBytesMax) + " bytes";
    default:
      return error.detail;
  }
}

}  // namespace

std::optional<lock::Lock> read_lock_file(FileId file, const SourceMap& sources,
                                         Reporter& reporter) {
  auto lock = lock::read_lock(sources.text(file), file);
  if (lock) return std::move(lock).value();
  const lock::ReadError& error = lock.error();
  if (error.newer) {
    reporter.error(kLockNewer, error.span, error.problem, lock::kFormat).help(error.help);
  } else {
    auto diagnostic = reporter.error(kLockMalformed, error.span, error.problem);
    if (!error.help.empty()) diagnostic.help(error.help);
  }
  return std::nullopt;
}

Locking check_against_lock(const FileSystem& files, const std::string& main_path,
                           const model::Program& program,
                           const std::vector<std::unique_ptr<ast::File>>& syntax,
                           SourceMap& sources, Reporter& reporter) {
  Locking locking;
  locking.path = import_path(main_path, "flow.lock");
  locking.after = lock::lock_of(program);
  auto text = files.read(locking.path);
  if (text) {
    locking.text = text.value();
    locking.before = read_lock_file(sources.add(locking.path, text.value()), sources, reporter);
  } else if (text.error().fault != FileFault::missing) {
    const Span start{sources.add(locking.path, ""), 0, 0};
    reporter.error(kLockMalformed, start, fault_text(text.error()));
  }
  const std::vector<lock::Allow> allows = allows_of(syntax);
  if (locking.before && is_of_another(*locking.before, locking.after, allows)) {
    reporter
        .error(kLockOfAnother, locking.before->main_span, locking.before->main, locking.after.main)
        .help(
            "programs have a folder each, and a flow.lock in it; if the file has only a new name, "
            "put that into flow.lock to see what it breaks");
    return locking;
  }
  locking.accepted = lock::check_evolution(locking.before ? &*locking.before : nullptr,
                                           locking.after, allows, reporter);
  return locking;
}

}  // namespace flowc
