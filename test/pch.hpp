// What most tests include, read once and kept for the compiler (Makefile).  A test includes what it needs all the
// same: nothing may lean on this.
#include "test/boost_test.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
