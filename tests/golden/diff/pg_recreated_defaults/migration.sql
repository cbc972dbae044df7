/*
  Warnings:

  - The `text_to_moment` column on the `Recreated` table would be dropped and recreated. This will lead to data loss if there is data in the column.
  - The `number_to_moment` column on the `Recreated` table would be dropped and recreated. This will lead to data loss if there is data in the column.
  - The `moment_to_number` column on the `Recreated` table would be dropped and recreated. This will lead to data loss if there is data in the column.
  - The `now_to_moment` column on the `Recreated` table would be dropped and recreated. This will lead to data loss if there is data in the column.
  - The `moment_to_now` column on the `Recreated` table would be dropped and recreated. This will lead to data loss if there is data in the column.
  - The `nothing_to_moment` column on the `Recreated` table would be dropped and recreated. This will lead to data loss if there is data in the column.
  - The `moment_to_words` column on the `Recreated` table would be dropped and recreated. This will lead to data loss if there is data in the column.
  - The `bytes_to_big` column on the `Recreated` table would be dropped and recreated. This will lead to data loss if there is data in the column.
  - The `big_to_bytes` column on the `Recreated` table would be dropped and recreated. This will lead to data loss if there is data in the column.
  - The `text_to_json` column on the `Recreated` table would be dropped and recreated. This will lead to data loss if there is data in the column.
  - The `digits_to_json` column on the `Recreated` table would be dropped and recreated. This will lead to data loss if there is data in the column.
  - The `json_to_json` column on the `Recreated` table would be dropped and recreated. This will lead to data loss if there is data in the column.
  - The `texts_to_jsons` column on the `Recreated` table would be dropped and recreated. This will lead to data loss if there is data in the column.
  - The `numbers_to_moments` column on the `Recreated` table would be dropped and recreated. This will lead to data loss if there is data in the column.
  - The `number_to_moments` column on the `Recreated` table would be dropped and recreated. This will lead to data loss if there is data in the column.
  - The `words_to_moments` column on the `Recreated` table would be dropped and recreated. This will lead to data loss if there is data in the column.
  - The `words_to_numbers` column on the `Recreated` table would be dropped and recreated. This will lead to data loss if there is data in the column.
  - You are about to alter the column `decimal_to_float` on the `Recreated` table. The data in that column could be lost. The data in that column will be cast from `Decimal(65,30)` to `DoublePrecision`.
  - The `same_words` column on the `Recreated` table would be dropped and recreated. This will lead to data loss if there is data in the column.
  - The `value_to_unknown` column on the `Recreated` table would be dropped and recreated. This will lead to data loss if there is data in the column.
  - The `unknown_enum_to_value` column on the `Recreated` table would be dropped and recreated. This will lead to data loss if there is data in the column.
  - Changed the type of `moment_to_nothing` on the `Recreated` table. No cast exists, the column would be dropped and recreated, which cannot be done if there is data, since the column is required.
  - Changed the type of `enum_to_unknown` on the `Recreated` table. No cast exists, the column would be dropped and recreated, which cannot be done if there is data, since the column is required.
  - Made the column `bytes_to_text` on table `Altered` required. This step will fail if there are existing NULL values in that column.

*/
-- AlterTable
ALTER TABLE "Recreated" DROP COLUMN "text_to_moment",
ADD COLUMN     "text_to_moment" TIMESTAMP(3) NOT NULL DEFAULT '2020-01-01 00:00:00 +00:00',
DROP COLUMN "number_to_moment",
ADD COLUMN     "number_to_moment" TIMESTAMP(3) DEFAULT '2020-01-01 00:00:00 +00:00',
DROP COLUMN "moment_to_number",
ADD COLUMN     "moment_to_number" DECIMAL(65,30) NOT NULL DEFAULT 1.50,
DROP COLUMN "now_to_moment",
ADD COLUMN     "now_to_moment" TIMESTAMP(3) NOT NULL DEFAULT '2020-01-01 00:00:00 +00:00',
DROP COLUMN "moment_to_now",
ADD COLUMN     "moment_to_now" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
DROP COLUMN "nothing_to_moment",
ADD COLUMN     "nothing_to_moment" TIMESTAMP(3) NOT NULL DEFAULT '2020-01-01 00:00:00 +00:00',
DROP COLUMN "moment_to_nothing",
ADD COLUMN     "moment_to_nothing" INTEGER NOT NULL,
DROP COLUMN "moment_to_words",
ADD COLUMN     "moment_to_words" UUID NOT NULL DEFAULT gen_random_uuid(),
DROP COLUMN "bytes_to_big",
ADD COLUMN     "bytes_to_big" BIGINT NOT NULL DEFAULT 1,
DROP COLUMN "big_to_bytes",
ADD COLUMN     "big_to_bytes" BYTEA NOT NULL DEFAULT '\x68656c6c6f',
DROP COLUMN "text_to_json",
ADD COLUMN     "text_to_json" JSONB NOT NULL DEFAULT '{}',
DROP COLUMN "digits_to_json",
ADD COLUMN     "digits_to_json" JSONB NOT NULL DEFAULT '{}',
DROP COLUMN "json_to_json",
ADD COLUMN     "json_to_json" JSONB[] DEFAULT ARRAY['{}']::JSONB[],
DROP COLUMN "texts_to_jsons",
ADD COLUMN     "texts_to_jsons" JSONB[] DEFAULT ARRAY['{}']::JSONB[],
DROP COLUMN "numbers_to_moments",
ADD COLUMN     "numbers_to_moments" TIMESTAMP(3)[] DEFAULT ARRAY['2020-01-01 00:00:00 +00:00']::TIMESTAMP(3)[],
DROP COLUMN "number_to_moments",
ADD COLUMN     "number_to_moments" TIMESTAMP(3)[] DEFAULT ARRAY['2020-01-01 00:00:00 +00:00']::TIMESTAMP(3)[],
DROP COLUMN "words_to_moments",
ADD COLUMN     "words_to_moments" TIMESTAMP(3)[] DEFAULT ARRAY[]::TIMESTAMP(3)[],
DROP COLUMN "words_to_numbers",
ADD COLUMN     "words_to_numbers" INTEGER[] DEFAULT ARRAY[]::INTEGER[],
ALTER COLUMN "decimal_to_float" SET DATA TYPE DOUBLE PRECISION[],
DROP COLUMN "same_words",
ADD COLUMN     "same_words" TIMESTAMP(3) NOT NULL DEFAULT NOW(),
DROP COLUMN "value_to_unknown",
ADD COLUMN     "value_to_unknown" INTEGER NOT NULL,
DROP COLUMN "enum_to_unknown",
ADD COLUMN     "enum_to_unknown" "Kind" NOT NULL,
DROP COLUMN "unknown_enum_to_value",
ADD COLUMN     "unknown_enum_to_value" TEXT NOT NULL DEFAULT 'a';

-- AlterTable
ALTER TABLE "Altered" ALTER COLUMN "bytes_to_text" SET NOT NULL,
ALTER COLUMN "bytes_to_text" SET DATA TYPE TEXT,
ALTER COLUMN "grows" SET DEFAULT ARRAY[1]::BIGINT[],
ALTER COLUMN "grows" SET DATA TYPE BIGINT[],
ALTER COLUMN "optional" DROP NOT NULL,
ALTER COLUMN "unnumbered" DROP DEFAULT,
ALTER COLUMN "enum_default" DROP NOT NULL,
ALTER COLUMN "enum_default" DROP DEFAULT;
