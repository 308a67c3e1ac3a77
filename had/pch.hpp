// What most sources include of the standard library, read once and kept for the compiler (Makefile).  A source includes
// what it needs all the same: nothing may lean on this, and no compiler but g++ uses it.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>
