// The words of a scenario: what an operator, a chassis, or somebody else does, a step a line.
//
// The verbs stand in one table in script.cpp; those of ways and peers are done in script_ways, those of services in
// script_services, and what others do in script_someone.  What their words mean stands in script_words.
#pragma once

#include "test/scenario/script_words.hpp"

#include <string>
#include <string_view>

namespace had::test {

class Script {
public:
    explicit Script(Stage& stage) : stage_(stage) {}

    // What is there before the story begins: not written down.
    void prepare(std::string_view text);
    // Each step is written down with all that came of it.
    void play(std::string_view text);
    // Time passes behind the step of this number, counted from 1, as it does behind one in which a call of had's
    // has failed.
    void rest_after(unsigned step) { rest_after_ = step; }
    // The step in which one has; 0: none.
    [[nodiscard]] unsigned failed_in() const { return failed_in_; }
    // How all was when that time had passed.
    [[nodiscard]] const std::string& rested() const { return rested_; }

private:
    void step(const Words& words);

    Stage& stage_;
    unsigned steps_ = 0, rest_after_ = 0, failed_in_ = 0;
    std::string rested_;
};

} // namespace had::test
