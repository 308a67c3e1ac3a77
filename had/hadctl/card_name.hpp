// Cards by the name that is printed on them, as far as a line of the picture has room for it.
#pragma once

#include "had/core/view/view.hpp"
#include "had/hadctl/picture.hpp"

#include <string>
#include <string_view>

namespace had::hadctl {

// "Intel Corporation" is "Intel", "Realtek Semiconductor Co., Ltd." is "Realtek Semiconductor".
std::string short_vendor(std::string_view name);

// By the system's pci.ids, read at the first question.  What is not in it is called by its numbers.
CardNames card_names();

} // namespace had::hadctl
