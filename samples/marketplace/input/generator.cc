#include "input/generator.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <string_view>

namespace shop {
namespace {

constexpr std::array<std::string_view, 12> kCountries{"Argentina", "Brazil",  "Canada",  "Denmark",
                                                      "France",    "Germany", "Ireland", "Mexico",
                                                      "Poland",    "Spain",   "UK",      "USA"};
constexpr std::array<std::string_view, 12> kCities{
    "Porto Azul", "Nordhavn",  "Greenfield", "Altstadt",  "Montclair", "San Isidro",
    "Ballymore",  "Stary Las", "Riverton",   "Neuenburg", "Vila Nova", "Lakeside"};
constexpr std::array<std::string_view, 12> kTrades{
    "Bakery", "Bistro", "Café",   "Deli",       "Épicerie", "Feinkost",
    "Grill",  "Market", "Pantry", "Smørrebrød", "Taverna",  "Trattoria"};
constexpr std::array<std::string_view, 12> kOwners{"Amber", "Bluebell", "Cedar",  "Dahlia",
                                                   "Elder", "Fern",     "Gorse",  "Hazel",
                                                   "Iris",  "Juniper",  "Laurel", "Maple"};
constexpr std::array<std::string_view, 8> kStreets{"Rua do Moinho", "Mill Lane",   "Hauptstraße",
                                                   "Calle Mayor",   "rue du Port", "Harbour Rd.",
                                                   "Via Nuova",     "Kirkegade"};
constexpr std::array<std::string_view, 8> kFoods{"Tea",   "Cheese", "Crab", "Syrup",
                                                 "Pasta", "Honey",  "Rye",  "Plums"};
constexpr std::array<std::uint64_t, 10> kDiscounts{0, 0, 0, 0, 0, 5, 10, 15, 20, 25};

// The streams of random numbers: one for each thing that is decided.
enum : std::uint64_t {
  kCustomer = 1,
  kShape,
  kProduct,
  kPrice,
  kAmounts,
  kDirtyOrder,
  kDirtyLine,
  kDirtyRest,
  kPlace
};

std::uint64_t mix(std::uint64_t x) {  // splitmix64's finaliser
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

template <std::size_t N>
std::string_view pick(const std::array<std::string_view, N>& from, std::uint64_t random) {
  return from[random % N];
}

void add(std::string& text, std::string_view field) {
  text += field;
  text += ',';
}
void add(std::string& text, std::uint64_t field) {
  add(text, std::to_string(field));
}

flow::Decimal cents(std::uint64_t amount) {
  return flow::Decimal::from_parts(static_cast<flow::Int128>(amount), 2);
}
std::string hundredths(std::uint64_t amount) {
  return cents(amount).to_string();
}

std::string customer_id(std::uint64_t customer) {
  std::string id = "C0000";
  for (std::size_t at = id.size(); customer != 0; customer /= 10) {
    id[--at] = static_cast<char>('0' + customer % 10);
  }
  return id;
}

std::string date(std::uint64_t days) {
  using namespace std::chrono;
  const year_month_day day{sys_days{year{2023} / 1 / 1} + std::chrono::days{days}};
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u 00:00:00.000",
                static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                static_cast<unsigned>(day.day()));
  return text.data();
}

// An address as a careful exporter writes it: quoted when it holds a comma or a quote.
std::string address(std::uint64_t random) {
  const std::string street{pick(kStreets, random)};
  const std::string number = std::to_string(1 + random / 8 % 400);
  switch (random / 4096 % 8) {
    case 0:
      return '"' + street + ", " + number + '"';
    case 1:
      return "\"" + street + " " + number + " \"\"The Old Mill\"\"\"";
    default:
      return street + " " + number;
  }
}

// And as a careless one does: a comma, and no quotes.
std::string careless_address(std::uint64_t random) {
  return std::string{pick(kStreets, random)} + ", " + std::to_string(1 + random / 8 % 400);
}

void add_place(std::string& text, std::uint64_t random) {
  add(text, pick(kCities, random / 3));
  add(text, "NULL");
  add(text, 10'000 + random % 80'000);
}

}  // namespace

std::string Generator::name() const {
  return std::to_string(options_.orders) + " generated orders of seed " +
         std::to_string(options_.seed) + ", " + hundredths(options_.dirty_per_10000) + "% dirty";
}

Generator::File Generator::file_named(const std::string& name) {
  if (name == "orders.csv") return File::orders;
  if (name == "order-details.csv") return File::order_details;
  if (name == "customers.csv") return File::customers;
  if (name == "products.csv") return File::products;
  if (name == "suppliers.csv") return File::suppliers;
  if (name == "shippers.csv") return File::shippers;
  throw std::invalid_argument("no generated file is called " + name);
}

std::uint64_t Generator::random(std::uint64_t stream, std::uint64_t index) const {
  constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15ULL;
  return mix(mix(mix(options_.seed + kGolden) + stream * kGolden) + index * kGolden);
}

bool Generator::dirty(std::uint64_t stream, std::uint64_t index) const {
  return random(stream, index) % 10'000 < options_.dirty_per_10000;
}

std::uint64_t Generator::line_count(std::uint64_t order) const {
  return 1 + random(kShape, order) % 5;
}

std::uint64_t Generator::price_of(std::uint64_t product) const {
  return 250 + random(kPrice, product) % 9'000;
}

Generator::Line Generator::line(std::uint64_t order, std::uint64_t number) const {
  // Steps of at most six over 77 products: five lines never name a product twice.
  const std::uint64_t start = random(kProduct, order);
  const std::uint64_t amounts = random(kAmounts, order * 8 + number);
  Line made;
  made.product = 1 + (start + number * (1 + start / kProducts % 6)) % kProducts;
  const std::uint64_t price = price_of(made.product);
  made.unit_price = cents(amounts % 4 == 0 ? price * 4 / 5 : price);
  made.quantity = static_cast<std::int32_t>(1 + amounts / 4 % 60);
  made.discount = cents(kDiscounts[amounts / 256 % kDiscounts.size()]);
  made.dirty = dirty(kDirtyLine, order * 8 + number);
  return made;
}

bool Generator::append(File file, std::uint64_t index, std::string& text) const {
  switch (file) {
    case File::orders:
      if (index == 0) {
        text +=
            "orderID,customerID,employeeID,orderDate,requiredDate,shippedDate,shipVia,freight,"
            "shipName,"
            "shipAddress,shipCity,shipRegion,shipPostalCode,shipCountry\n";
      } else if (index <= options_.orders) {
        append_order(index, text);
      }
      return index <= options_.orders;
    case File::order_details:
      if (index == 0) {
        text += "orderID,productID,unitPrice,quantity,discount\n";
      } else if (index <= options_.orders) {
        append_details(index, text);
      }
      return index <= options_.orders;
    case File::customers:
      if (index == 0) {
        text +=
            "customerID,companyName,contactName,contactTitle,address,city,region,postalCode,"
            "country,"
            "phone,fax\n";
      } else if (index <= kCustomers) {
        append_customer(index, text);
      }
      return index <= kCustomers;
    case File::products:
      if (index == 0) {
        text +=
            "productID,productName,supplierID,categoryID,quantityPerUnit,unitPrice,unitsInStock,"
            "unitsOnOrder,reorderLevel,discontinued\n";
      } else if (index <= kProducts) {
        append_product(index, text);
      }
      return index <= kProducts;
    case File::suppliers:
      if (index == 0) {
        text +=
            "supplierID,companyName,contactName,contactTitle,address,city,region,postalCode,"
            "country,"
            "phone,fax,homePage\n";
      } else if (index <= kSuppliers) {
        append_supplier(index, text);
      }
      return index <= kSuppliers;
    case File::shippers:
      if (index == 0)
        text += "shipperID,companyName,phone\n1,Swift Parcel,555-0101\n2,Blue Freight,555-0102\n";
      return index == 0;
  }
  return false;
}

void Generator::append_order(std::uint64_t order, std::string& text) const {
  constexpr std::uint64_t kDays = 730;
  const std::uint64_t customer = 1 + random(kCustomer, order) % kCustomers;
  const std::uint64_t place = random(kPlace, customer);
  const std::uint64_t day = (order - 1) * kDays / options_.orders;
  const bool is_dirty = dirty(kDirtyOrder, order);
  const std::uint64_t how = is_dirty ? random(kDirtyRest, order) % 8 : 7;
  std::string name{pick(kOwners, place / 7)};
  name += " ";
  name += pick(kTrades, place / 11);
  if (is_dirty && how == 0) name += "\xE9";  // Latin-1 among UTF-8

  add(text, order);
  add(text, customer_id(customer));
  add(text, 1 + place % 9);
  add(text, date(day));
  add(text, date(day + 28));
  if (is_dirty && how == 1) {  // the line breaks off
    text += "NULL\n";
    return;
  }
  add(text, random(kShape, order) % 20 == 0 ? "NULL" : date(day + 9));
  add(text, 1 + order % 2);
  add(text, hundredths(random(kShape, order) / 64 % 20'000));
  add(text, name);
  add(text, is_dirty && how > 1 ? careless_address(place) : address(place));
  add_place(text, place);
  text += pick(kCountries, place / 5);
  text += '\n';
}

void Generator::append_details(std::uint64_t order, std::string& text) const {
  for (std::uint64_t number = 0; number < line_count(order); ++number) {
    const Line made = line(order, number);
    add(text, order);
    add(text, made.product);
    add(text, made.unit_price.to_string());
    add(text, made.dirty ? "a dozen" : std::to_string(made.quantity));
    text += made.discount.is_zero() ? "0" : made.discount.to_string();
    text += '\n';
  }
}

void Generator::append_customer(std::uint64_t customer, std::string& text) const {
  const std::uint64_t place = random(kPlace, customer);
  add(text, customer_id(customer));
  add(text, std::string{pick(kOwners, place / 7)} + " " + std::string{pick(kTrades, place / 11)});
  add(text, std::string{pick(kOwners, place / 13)} + " Example");
  add(text, "Owner");
  add(text, dirty(kDirtyRest, 1'000'000'000 + customer) ? careless_address(place) : address(place));
  add_place(text, place);
  add(text, pick(kCountries, place / 5));
  text += "555-0100,NULL\n";
}

void Generator::append_product(std::uint64_t product, std::string& text) const {
  add(text, product);
  add(text, std::string{pick(kOwners, random(kProduct, product) / 3)} + " " +
                std::string{pick(kFoods, product)});
  add(text, 1 + random(kProduct, 1'000'000'000 + product) % kSuppliers);
  add(text, 1 + product % 8);
  add(text, "\"10 boxes, 20 each\"");
  add(text, hundredths(price_of(product)));
  text += "39,0,10,0\n";
}

void Generator::append_supplier(std::uint64_t supplier, std::string& text) const {
  const std::uint64_t place = random(kPlace, 1'000'000'000 + supplier);
  const bool careless = dirty(kDirtyRest, 2'000'000'000 + supplier);
  add(text, supplier);
  add(text,
      std::string{pick(kOwners, place / 7)} + (careless && place % 2 == 0 ? ", Ltd." : " Ltd."));
  add(text, std::string{pick(kOwners, place / 13)} + " Example");
  add(text, "Sales Agent");
  add(text, careless && place % 2 == 1 ? careless_address(place) : address(place));
  add_place(text, place);
  add(text, pick(kCountries, place / 5));
  text += "555-0199,NULL,NULL\n";
}

OrderTotals Generator::expected() const {
  OrderTotals totals;
  for (std::uint64_t order = 1; order <= options_.orders; ++order) {
    ++totals.orders;
    for (std::uint64_t number = 0; number < line_count(order); ++number) {
      const Line made = line(order, number);
      if (made.dirty) continue;
      totals.add_line(made.quantity, made.unit_price, made.discount);
    }
  }
  return totals;
}

}  // namespace shop
