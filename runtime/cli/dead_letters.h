#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "engine/store.h"
#include "flow/topology.h"

namespace flow::detail {

/// Dead letters for people and for programs. Header values with secret-sounding names are replaced
/// by `***`; payloads are shown only where `payload` asks for them.
std::string dead_letters_table(std::span<const DeadLetter> letters, const Topology& topology,
                               Timestamp now);
std::string dead_letters_json(std::span<const DeadLetter> letters, std::uint64_t total);
std::string dead_letter_text(const DeadLetter& letter, bool payload, const Topology& topology,
                             Timestamp now);
std::string dead_letter_json(const DeadLetter& letter, bool payload);

}  // namespace flow::detail
