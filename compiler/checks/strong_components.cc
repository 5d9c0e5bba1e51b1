#include "checks/strong_components.h"

#include <algorithm>

namespace flowc {
namespace {

/// Tarjan's algorithm with a stack of its own: a chain of messages may be as long as a file.
class Search {
 public:
  explicit Search(const std::vector<std::vector<std::uint32_t>>& successors)
      : successors_(successors),
        order_(successors.size(), kFresh),
        lowest_(successors.size(), 0),
        open_(successors.size(), false) {
    found_.of.resize(successors.size());
  }

  StrongComponents run() {
    for (std::uint32_t node = 0; node < successors_.size(); ++node) {
      if (order_[node] == kFresh) visit(node);
    }
    return std::move(found_);
  }

 private:
  static constexpr std::uint32_t kFresh = UINT32_MAX;
  struct Frame {
    std::uint32_t node;
    std::size_t next;
  };

  void enter(std::uint32_t node) {
    order_[node] = lowest_[node] = next_order_++;
    open_[node] = true;
    pending_.push_back(node);
    stack_.push_back({node, 0});
  }

  void visit(std::uint32_t root) {
    enter(root);
    while (!stack_.empty()) {
      const std::uint32_t node = stack_.back().node;
      if (stack_.back().next < successors_[node].size()) {
        const std::uint32_t to = successors_[node][stack_.back().next++];
        if (order_[to] == kFresh) {
          enter(to);
        } else if (open_[to]) {
          lowest_[node] = std::min(lowest_[node], order_[to]);
        }
        continue;
      }
      stack_.pop_back();
      if (!stack_.empty()) {
        std::uint32_t& caller = lowest_[stack_.back().node];
        caller = std::min(caller, lowest_[node]);
      }
      if (lowest_[node] == order_[node]) close(node);
    }
  }

  void close(std::uint32_t root) {
    std::vector<std::uint32_t> nodes;
    while (true) {
      const std::uint32_t node = pending_.back();
      pending_.pop_back();
      open_[node] = false;
      found_.of[node] = static_cast<std::uint32_t>(found_.nodes.size());
      nodes.push_back(node);
      if (node == root) break;
    }
    std::sort(nodes.begin(), nodes.end());
    found_.nodes.push_back(std::move(nodes));
  }

  const std::vector<std::vector<std::uint32_t>>& successors_;
  std::vector<std::uint32_t> order_;
  std::vector<std::uint32_t> lowest_;
  std::vector<bool> open_;
  std::vector<std::uint32_t> pending_;
  std::vector<Frame> stack_;
  std::uint32_t next_order_ = 0;
  StrongComponents found_;
};

}  // namespace

StrongComponents strong_components(const std::vector<std::vector<std::uint32_t>>& successors) {
  return Search(successors).run();
}

}  // namespace flowc
