#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace flow {

/// Counts of durations in logarithmic buckets, 16 to each doubling: quantiles within 6 %, in fixed
/// memory. Not thread-safe.
class Histogram {
 public:
  void add(std::uint64_t value) noexcept {
    ++counts_[index(value)];
    ++count_;
    if (value > max_) max_ = value;
  }
  void add(const Histogram& other) noexcept {
    for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
    count_ += other.count_;
    max_ = std::max(max_, other.max_);
  }

  std::uint64_t count() const noexcept { return count_; }
  std::uint64_t max() const noexcept { return max_; }
  /// The value that a share of 0..1 of all do not exceed; 0 when there is none.
  std::uint64_t quantile(double share) const noexcept {
    if (count_ == 0) return 0;
    const double wanted = std::clamp(share, 0.0, 1.0) * static_cast<double>(count_);
    std::uint64_t passed = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      passed += counts_[i];
      if (passed > 0 && static_cast<double>(passed) >= wanted) return std::min(upper(i), max_);
    }
    return max_;
  }

 private:
  static constexpr unsigned kSubBits = 4;
  static constexpr unsigned kMostBits = 44;  // 2^44 us: half a year
  static constexpr std::size_t kBuckets = (kMostBits - kSubBits + 1) << kSubBits;

  static std::size_t index(std::uint64_t value) noexcept {
    if (value < (1U << kSubBits)) return static_cast<std::size_t>(value);
    const auto top = static_cast<unsigned>(std::bit_width(value)) - 1;
    if (top >= kMostBits) return kBuckets - 1;
    const unsigned shift = top - kSubBits;
    return ((std::size_t{shift} + 1) << kSubBits) +
           static_cast<std::size_t>((value >> shift) & ((1U << kSubBits) - 1));
  }
  static std::uint64_t upper(std::size_t bucket) noexcept {
    if (bucket < (1U << kSubBits)) return bucket;
    const std::size_t shift = (bucket >> kSubBits) - 1;
    const std::uint64_t low = (bucket & ((1U << kSubBits) - 1)) | (1U << kSubBits);
    return ((low + 1) << shift) - 1;
  }

  std::array<std::uint64_t, kBuckets> counts_{};
  std::uint64_t count_ = 0;
  std::uint64_t max_ = 0;
};

}  // namespace flow
