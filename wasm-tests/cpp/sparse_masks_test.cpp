// Compares sparse masks with masks drawn by hand.
#include "attention/sparse_masks.h"

#include "test_helpers.h"

namespace attenscope {

using testing::CodeOf;

namespace {

std::string Picture(const MaskBytes& mask, Index S) {
  std::string picture;
  for (std::size_t i = 0; i < mask.size(); ++i) {
    picture += mask[i] ? 'x' : '.';
    if (static_cast<Index>(i) % S == S - 1) picture += '\n';
  }
  return picture;
}

}  // namespace

TEST_CASE("sparse masks: strided with a stride of 3") {
  CHECK(Picture(StridedMask(7, 7, 3), 7) ==
        "x......\n"
        "xx.....\n"
        "xxx....\n"
        "xxxx...\n"
        ".xxxx..\n"
        "..xxxx.\n"
        "x..xxxx\n");
}

TEST_CASE("sparse masks: fixed blocks of 3 with their last key as a summary") {
  CHECK(Picture(FixedMask(7, 7, 3, 1), 7) ==
        "x......\n"
        "xx.....\n"
        "xxx....\n"
        "..xx...\n"
        "..xxx..\n"
        "..xxxx.\n"
        "..x..xx\n");
}

TEST_CASE("sparse masks: blocks by a layout, the last ones incomplete") {
  const std::uint8_t layout[] = {1, 0, 0, 1, 1, 0};
  CHECK(Picture(BlockSparseMask(3, 5, 2, {layout, {2, 3}}), 5) ==
        "xx...\n"
        "xx...\n"
        "xxxx.\n");
}

TEST_CASE("sparse masks: empty masks, and invalid options throw") {
  CHECK(StridedMask(0, 5, 1).empty());
  CHECK(CodeOf([] { StridedMask(2, 2, 0); }) == ErrorCode::kOption);
  CHECK(CodeOf([] { FixedMask(2, 2, 2, 3); }) == ErrorCode::kOption);
  CHECK(CodeOf([] { FixedMask(2, 2, 2, 0); }) == ErrorCode::kOption);
  const std::uint8_t layout[] = {1};
  CHECK(CodeOf([&] { BlockSparseMask(3, 3, 2, {layout, {1, 1}}); }) == ErrorCode::kShape);
  CHECK(CodeOf([&] { BlockSparseMask(3, 3, 0, {layout, {1, 1}}); }) == ErrorCode::kOption);
}

}  // namespace attenscope
