#pragma once

#include <string>
#include <string_view>

namespace flow::json::detail {

/// Where a JSON document that ends in its middle ends, as `items[3].quantity`: the value that was
/// about to follow `written`. Names that are no identifiers stand as `labels["a b"]`. Of a document
/// of a Writer, which is well-formed as far as it goes.
std::string path_at_end(std::string_view written);

}  // namespace flow::json::detail
