#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/source_map.h"
#include "diagnostics/diagnostic.h"

namespace flowc {

/// A SARIF 2.1.0 log of one run, with a newline at its end. Its rules are the diagnostics reported,
/// each with its page of the catalogue; labels and notes with a place are `relatedLocations`.
/// Columns count from 1 in UTF-16 code units, the end one past the last. A result is recognised in
/// the next run by its fingerprint: id, module, the declaration it is in and its number among the
/// same ones there; never by its line. Paths become URIs, relative ones relative.
std::string render_sarif(const std::vector<Diagnostic>& diagnostics, const SourceMap& sources,
                         std::string_view flowc_version);

}  // namespace flowc
