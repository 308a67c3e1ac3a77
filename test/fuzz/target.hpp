// A fuzz target: bytes in, every law checked.
//
// A target is one file in targets/ that registers one function.  The same function runs under libFuzzer
// (entry.cpp, `make fuzz`), which makes up inputs, and over the corpus (corpus_test.cpp, check-fast), which
// needs no clang.  An input decides everything: no clock, no random number, nothing kept from input to input.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace had::test {

// A law does not hold.  No std::exception, so that nothing under test takes it for its own trouble.
struct Broken {
    std::string law;
};
void must(bool holds, std::string_view law, std::string_view detail = {});

struct Target {
    std::string_view name;
    void (*run)(std::string_view input);
};
// Those that are linked into this program.
std::vector<Target>& targets();

struct Registered {
    Registered(std::string_view name, void (*run)(std::string_view)) { targets().push_back({name, run}); }
};

} // namespace had::test
