#pragma once

#include <string>
#include <vector>

namespace llvm::cl {
class SubCommand;
}  // namespace llvm::cl

namespace flowc {

/// What is wrong with a command's arguments, in the words of its help; empty when nothing is, as
/// far as can be told without reading values. LLVM would speak of positional arguments.
std::string why_not_usable(const llvm::cl::SubCommand& command,
                           const std::vector<std::string>& arguments);

}  // namespace flowc
