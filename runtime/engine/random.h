#pragma once

#include <bit>
#include <cstdint>

namespace flow {

/// A small deterministic generator (xoshiro256**, seeded by splitmix64): the same seed gives the
/// same numbers on every machine, which is what a reproducible run needs. Not for secrets. Not
/// thread-safe.
class Random {
 public:
  explicit Random(std::uint64_t seed) noexcept {
    for (std::uint64_t& word : state_) {
      seed += 0x9e3779b97f4a7c15U;
      std::uint64_t mixed = seed;
      mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9U;
      mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebU;
      word = mixed ^ (mixed >> 31);
    }
  }

  /// 64 uniform bits.
  std::uint64_t next64() noexcept {
    const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }

  /// Uniform over low..high, both included; low when high < low.
  std::uint64_t uniform(std::uint64_t low, std::uint64_t high) noexcept {
    if (high <= low) return low;
    const std::uint64_t count = high - low + 1;
    if (count == 0) return next64();  // all 2^64 values
    const std::uint64_t unbiased = (0 - count) % count;
    std::uint64_t drawn = next64();
    while (drawn < unbiased) drawn = next64();
    return low + drawn % count;
  }

  /// Uniform in [0, 1).
  double unit() noexcept { return static_cast<double>(next64() >> 11) * 0x1.0p-53; }
  /// True with a probability of percent / 100.
  bool chance(std::uint32_t percent) noexcept { return uniform(0, 99) < percent; }

 private:
  std::uint64_t state_[4];
};

}  // namespace flow
