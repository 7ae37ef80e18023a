// Reads the tensors of a golden file, a safetensors file written by its Python library.
#pragma once

#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "test_helpers.h"

namespace attenscope::testing {

/// A tensor in float32. I32 tensors are converted too, because ids are small enough.
struct GoldenTensor {
  std::vector<Index> shape;
  std::vector<float> data;

  std::vector<std::int32_t> Ids() const { return {data.begin(), data.end()}; }
};

/// Returns the tensors by name. `path` is relative to wasm-tests/golden.
inline std::map<std::string, GoldenTensor> ReadGolden(const std::string& path) {
  std::ifstream file(std::string(ATTENSCOPE_SOURCE_DIR) + "/wasm-tests/golden/" + path, std::ios::binary);
  REQUIRE_MESSAGE(file, path);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  std::uint64_t header_size = 0;
  std::memcpy(&header_size, bytes.data(), 8);
  const std::string header = bytes.substr(8, header_size);
  const char* data = bytes.data() + 8 + header_size;
  // The header is a list of "name":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]} without spaces.
  std::map<std::string, GoldenTensor> tensors;
  const std::string mark = "\":{\"dtype\":\"";
  for (std::size_t at = header.find(mark); at != std::string::npos; at = header.find(mark, at + 1)) {
    const std::size_t start = header.rfind('"', at - 1) + 1;
    const bool is_float = header[at + mark.size()] == 'F';
    const auto list = [&](const std::string& key) {
      std::vector<Index> numbers;
      std::size_t place = header.find(key, at) + key.size();
      while (header[place] != ']') {
        std::size_t length = 0;
        numbers.push_back(static_cast<Index>(std::stoll(header.substr(place, 20), &length)));
        place += length;
        if (header[place] == ',') ++place;
      }
      return numbers;
    };
    GoldenTensor tensor{list("\"shape\":["), {}};
    const std::vector<Index> offsets = list("\"data_offsets\":[");
    for (Index place = offsets[0]; place < offsets[1]; place += 4) {
      std::int32_t integer = 0;
      float number = 0.0f;
      std::memcpy(&integer, data + place, 4);
      std::memcpy(&number, data + place, 4);
      tensor.data.push_back(is_float ? number : static_cast<float>(integer));
    }
    tensors[header.substr(start, at - start)] = tensor;
  }
  return tensors;
}

}  // namespace attenscope::testing
