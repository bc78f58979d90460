// QuantLib's C++ as a peer: times one job when asked, a line each: time JOB - | dump JOB - FILE.
#include <ql/instruments/payoffs.hpp>
#include <ql/pricingengines/blackcalculator.hpp>
#include <ql/pricingengines/blackformula.hpp>
#include <ql/version.hpp>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

using namespace QuantLib;

struct Rows {
  size_t n = 0;
  std::vector<double> v;
  const double *at(size_t row) const { return &v[row * n]; }
};

static Rows read(const char *name, size_t rows) {
  std::ifstream in(name, std::ios::binary | std::ios::ate);
  Rows r;
  r.v.resize(size_t(in.tellg()) / 8);
  r.n = r.v.size() / rows;
  in.seekg(0);
  in.read(reinterpret_cast<char *>(r.v.data()), std::streamsize(r.v.size() * 8));
  return r;
}

static Option::Type type(double isCall) { return isCall > 0.5 ? Option::Call : Option::Put; }

static void greeks(const Rows &b, std::vector<double> &o) {
  const size_t n = b.n;
  o.resize(5 * n);
  for (size_t i = 0; i < n; i++) {
    const double F = b.at(0)[i], T = b.at(2)[i];
    BlackCalculator c(type(b.at(4)[i]), b.at(1)[i], F, b.at(3)[i] * std::sqrt(T));
    o[i] = c.value();
    o[n + i] = c.deltaForward();
    o[2 * n + i] = c.gammaForward();
    o[3 * n + i] = c.vega(T);
    o[4 * n + i] = c.theta(F, T);
  }
}

static size_t implied(const Rows &b, std::vector<double> &o, bool onlyOutside) {
  o.clear();
  for (size_t i = 0; i < b.n; i++) {
    const double F = b.at(0)[i], K = b.at(1)[i], P = b.at(5)[i], e = b.at(4)[i] > 0.5 ? 1 : -1;
    if (onlyOutside && !(e * (K - F) > 0 && P > 1e-9 * F)) continue;
    try {
      o.push_back(blackFormulaImpliedStdDev(type(b.at(4)[i]), K, F, P, 1.0, 0.0, Null<Real>(), 1e-12, 100) /
                  std::sqrt(b.at(2)[i]));
    } catch (...) {
      o.push_back(NAN);
    }
  }
  return o.size();
}

static double grid(const Rows &b) {
  double sum = 0;
  for (int scenario = 0; scenario < 33; scenario++) {
    const double move = 0.75 + 0.05 * (scenario / 3), scale = scenario % 3 == 0 ? 0.75 : scenario % 3 == 1 ? 1 : 1.5;
    for (size_t i = 0; i < 1000; i++)
      sum += blackFormula(type(b.at(4)[i]), b.at(1)[i], b.at(0)[i] * move, b.at(3)[i] * scale * std::sqrt(b.at(2)[i]));
  }
  return sum;
}

int main(int, char **argv) {
  const Rows book = read(argv[1], 6), hard = read(argv[2], 7);
  std::vector<double> o;
  std::cout << "QuantLib C++ " << QL_VERSION << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string verb, job, level, file;
    words >> verb >> job >> level >> file;
    size_t items = 0;
    double ns = 1e300;
    // The least of three, as our own side takes it: a neighbour on the core only adds.
    for (int sample = 0; sample < (verb == "dump" ? 1 : 3); sample++) {
      const auto start = std::chrono::steady_clock::now();
      items = book.n;
      if (job == "greeks") greeks(book, o);
      else if (job == "iv") items = implied(book, o, true);
      else if (job == "hard") items = implied(hard, o, false);
      else if (job == "grid") { items = 33000; o.assign(1, grid(book)); }
      else { items = 0; break; }
      ns = std::min(ns, std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start).count());
    }
    if (items == 0) { std::cout << "absent" << std::endl; continue; }
    if (verb == "dump") {
      std::ofstream(file, std::ios::binary).write(reinterpret_cast<char *>(o.data()), std::streamsize(o.size() * 8));
      std::cout << "done" << std::endl;
    } else {
      std::cout << ns / double(items) << std::endl;
    }
  }
}
