#include "core/sha1.h"

#include <bit>
#include <cstddef>

namespace flow::detail {

namespace {

class Sha1 {
 public:
  void add(std::uint8_t octet) noexcept {
    push(octet);
    ++length_;
  }

  std::array<std::uint8_t, 20> finish() noexcept {
    const std::uint64_t bits = length_ * 8;
    push(0x80);
    while (used_ != 56) push(0);
    for (int shift = 56; shift >= 0; shift -= 8) push(static_cast<std::uint8_t>(bits >> shift));
    std::array<std::uint8_t, 20> digest{};
    for (std::size_t i = 0; i < digest.size(); ++i) {
      digest[i] = static_cast<std::uint8_t>(state_[i / 4] >> (24 - 8 * (i % 4)));
    }
    return digest;
  }

 private:
  void push(std::uint8_t octet) noexcept {
    block_[used_++] = octet;
    if (used_ == block_.size()) {
      mix();
      used_ = 0;
    }
  }

  void mix() noexcept {
    std::array<std::uint32_t, 80> words{};
    for (std::size_t i = 0; i < 64; ++i) words[i / 4] = words[i / 4] << 8 | block_[i];
    for (std::size_t i = 16; i < 80; ++i) {
      words[i] = std::rotl(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1);
    }
    auto [a, b, c, d, e] = state_;
    for (std::size_t i = 0; i < 80; ++i) {
      const std::uint32_t next = std::rotl(a, 5) + e + words[i] + round(i, b, c, d);
      e = d;
      d = c;
      c = std::rotl(b, 30);
      b = a;
      a = next;
    }
    state_[0] += a;
    state_[1] += b;
    state_[2] += c;
    state_[3] += d;
    state_[4] += e;
  }

  static std::uint32_t round(std::size_t i, std::uint32_t b, std::uint32_t c,
                             std::uint32_t d) noexcept {
    if (i < 20) return ((b & c) | (~b & d)) + 0x5a827999U;
    if (i < 40) return (b ^ c ^ d) + 0x6ed9eba1U;
    if (i < 60) return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdcU;
    return (b ^ c ^ d) + 0xca62c1d6U;
  }

  std::array<std::uint32_t, 5> state_{0x67452301U, 0xefcdab89U, 0x98badcfeU, 0x10325476U,
                                      0xc3d2e1f0U};
  std::array<std::uint8_t, 64> block_{};
  std::size_t used_ = 0;
  std::uint64_t length_ = 0;
};

}  // namespace

std::array<std::uint8_t, 20> sha1(std::span<const std::uint8_t> first,
                                  std::span<const std::uint8_t> second) noexcept {
  Sha1 hash;
  for (const std::uint8_t octet : first) hash.add(octet);
  for (const std::uint8_t octet : second) hash.add(octet);
  return hash.finish();
}

}  // namespace flow::detail
