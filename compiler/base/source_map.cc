#include "base/source_map.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"

namespace flowc {
namespace {

std::string_view cut(std::string_view all, Span span) {
  const std::size_t begin = std::min<std::size_t>(span.begin, all.size());
  const std::size_t end = std::clamp<std::size_t>(span.end, begin, all.size());
  return all.substr(begin, end - begin);
}

}  // namespace

FileId SourceMap::add(std::string path, std::string text) {
  File& file = files_.emplace_back();
  file.path = std::move(path);
  file.text = std::move(text);
  // Editors do not count a byte order mark as a column.
  file.line_begins.push_back(file.text.starts_with("\xEF\xBB\xBF") ? 3 : 0);
  for (std::size_t i = 0; i < file.text.size(); ++i) {
    if (file.text[i] == '\n') file.line_begins.push_back(static_cast<std::uint32_t>(i + 1));
  }
  const FileId id{static_cast<std::uint32_t>(files_.size() - 1)};
  by_path_.emplace(file.path, id);
  return id;
}

const SourceMap::File& SourceMap::at(FileId file) const {
  FLOW_ASSERT(file.value < files_.size());
  return files_[file.value];
}

const std::string& SourceMap::path(FileId file) const {
  return at(file).path;
}

std::string_view SourceMap::text(FileId file) const {
  return at(file).text;
}

std::string_view SourceMap::text(Span span) const {
  return cut(text(span.file), span);
}

std::string_view SourceMap::shown(Span span) const {
  const File& file = at(span.file);
  return cut(file.shown.empty() ? file.text : file.shown, span);
}

void SourceMap::conceal(Span span) {
  FLOW_ASSERT(span.file.value < files_.size());
  File& file = files_[span.file.value];
  if (file.shown.empty()) file.shown = file.text;
  const std::size_t end = std::min<std::size_t>(span.end, file.shown.size());
  for (std::size_t i = span.begin; i < end; ++i) file.shown[i] = '*';
}

std::optional<FileId> SourceMap::find(std::string_view path) const {
  const auto found = by_path_.find(path);
  if (found == by_path_.end()) return std::nullopt;
  return found->second;
}

Position SourceMap::position(FileId file, std::uint32_t offset) const {
  const File& found = at(file);
  offset = std::min(offset, static_cast<std::uint32_t>(found.text.size()));
  offset = std::max(offset, found.line_begins.front());
  const auto next = std::upper_bound(found.line_begins.begin(), found.line_begins.end(), offset);
  const auto line = static_cast<std::uint32_t>(next - found.line_begins.begin());
  return {line, offset - found.line_begins[line - 1] + 1};
}

std::uint32_t SourceMap::line_count(FileId file) const {
  return static_cast<std::uint32_t>(at(file).line_begins.size());
}

std::uint32_t SourceMap::line_begin(FileId file, std::uint32_t line) const {
  const File& found = at(file);
  FLOW_ASSERT(line >= 1);
  if (line > found.line_begins.size()) return static_cast<std::uint32_t>(found.text.size());
  return found.line_begins[line - 1];
}

std::string_view SourceMap::line(FileId file, std::uint32_t line) const {
  const File& found = at(file);
  const std::string_view all = found.shown.empty() ? found.text : found.shown;
  const std::uint32_t begin = line_begin(file, line);
  std::string_view rest = all.substr(begin);
  rest = rest.substr(0, rest.find('\n'));
  if (rest.ends_with('\r')) rest.remove_suffix(1);
  return rest;
}

}  // namespace flowc
