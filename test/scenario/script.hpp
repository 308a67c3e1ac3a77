// The words of a scenario: what an operator, a chassis, or somebody else does, a step a line.
//
// The verbs stand in one table in script.cpp, what their words mean in
// script_words, and what others do in script_someone.
#pragma once

#include "test/scenario/script_words.hpp"

#include <string_view>

namespace had::test {

class Script {
public:
    explicit Script(Stage& stage) : stage_(stage) {}

    // What is there before the story begins: not written down.
    void prepare(std::string_view text);
    // Each step is written down with all that came of it.
    void play(std::string_view text);

private:
    void step(const Words& words);

    Stage& stage_;
};

} // namespace had::test
