// What had tells, as it happens: the lines of its log in the guest.
#pragma once
#include <string>
#include <string_view>

#include "test/chassis/guest.hpp"

namespace had::test::demo {

class News {
public:
    News(Guest& guest, std::string log) : guest_(guest), log_(std::move(log)) {}

    // Prints what comes until hadctl says that the object, a slot or a bond, is so.
    void until(std::string_view object, std::string_view health, Limit limit = 30s);

private:
    void print_new();

    Guest& guest_;
    std::string log_;
    std::size_t shown_ = 0; // bytes
};

} // namespace had::test::demo
